"""What should not be published is found in a text: IINs, phones, addresses on the net, emoji."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.language.clean import iin_check_digit, is_iin, personal_data

FIRST_DIGIT = {1800: 1, 1900: 3, 2000: 5}


def made_iin(born: date, serial: int, *, woman: bool = False) -> str | None:
    """A made-up number that passes the checks; None when the law of the check digit leaves this one out."""
    eleven = f"{born:%y%m%d}{FIRST_DIGIT[born.year // 100 * 100] + woman}{serial:04}"
    check = iin_check_digit(eleven)
    return None if check is None else f"{eleven}{check}"


PEOPLE = st.builds(
    made_iin,
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(0, 9999),
    woman=st.booleans(),
)


@given(PEOPLE)
def test_every_iin_is_found_where_it_stands(iin: str | None) -> None:
    assume(iin is not None)
    assert iin is not None
    for written in (iin, f"{iin[:6]} {iin[6:]}"):
        (found,) = personal_data(f"ЖСН: {written}, хабарласыңыз")
        assert (found.kind, found.text) == ("iin", written)
        assert found.start == 5


@given(PEOPLE, st.integers(1, 9))
def test_a_wrong_check_digit_is_no_iin(iin: str | None, wrong: int) -> None:
    assume(iin is not None)
    assert iin is not None
    assert not is_iin(iin[:-1] + str((int(iin[-1]) + wrong) % 10))


@given(st.integers(0, 12), st.integers(32, 99), st.integers(0, 9999))
def test_an_impossible_birthday_is_no_iin(month: int, day: int, serial: int) -> None:
    eleven = f"90{month:02}{day}3{serial:04}"
    assert not is_iin(f"{eleven}{iin_check_digit(eleven) or 0}")


@pytest.mark.parametrize("digits", ["", "12345678901", "12345678901a", "٣" * 12, "900101934567"])
def test_other_digits_are_no_iin(digits: str) -> None:
    assert not is_iin(digits)


def test_the_check_digit_takes_a_second_round_or_gives_up() -> None:
    elevens = [f"9001013{serial:04}" for serial in range(2000)]
    first_round = [sum(int(digit) * weight for weight, digit in enumerate(eleven, 1)) % 11 for eleven in elevens]
    second = [eleven for eleven, rest in zip(elevens, first_round, strict=True) if rest == 10]
    assert second
    assert {iin_check_digit(eleven) is None for eleven in second} == {True, False}


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Звоните +7 701 234 56 78!", "phone", "+7 701 234 56 78"),
        ("тел. 8 (727) 272-33-44", "phone", "8 (727) 272-33-44"),
        ("87012345678 хабарласыңыз", "phone", "87012345678"),
        ("пишите a.b@mail.kz, жду", "email", "a.b@mail.kz"),
        ("см. https://example.kz/1?a=2).", "link", "https://example.kz/1?a=2"),
        ("t.me/topar тобына кіріңіз", "link", "t.me/topar"),
        ("на сайте example.kz.", "link", "example.kz"),
        ("жазыңыз @somebody_kz", "link", "@somebody_kz"),
        ("көмектесіңіздер 🙏🙏", "emoji", "🙏🙏"),
        ("Қазақстан 🇰🇿 алға", "emoji", "🇰🇿"),
        ("👩‍👩‍👧 отбасы", "emoji", "👩‍👩‍👧"),
        ("1️⃣ первое", "emoji", "1️⃣"),
        ("люблю ❤️ город", "emoji", "❤️"),
    ],
)
def test_it_is_found(text: str, kind: str, found: str) -> None:
    (piece,) = personal_data(text)
    assert (piece.kind, piece.text) == (kind, found)
    assert text[piece.start : piece.end] == found


@pytest.mark.parametrize(
    "text",
    [
        "Бюджет 2024-2026 жылдарға 1 234 567 890 теңге",
        "25.11.2026, 10:00, дом 5/1, кв. 12",
        "Маршруты 12, 45 и 109. Служба 112.",
        "ул.Абая, 150-үй; г.Алматы → Талғар",
        "№ 12 «Балапан» балабақшасы",
        "50 000 подписей за 6 месяцев",
    ],
)
def test_ordinary_numbers_and_signs_are_left_alone(text: str) -> None:
    assert personal_data(text) == []


@given(st.text(max_size=200))
def test_pieces_are_in_order_and_do_not_overlap(text: str) -> None:
    end = 0
    for piece in personal_data(text):
        assert end <= piece.start < piece.end
        assert text[piece.start : piece.end] == piece.text
        end = piece.end

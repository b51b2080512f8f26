"""What a broadcast must be before it is sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.broadcasts.rules import (
    missing_languages,
    plain_text,
    read_button,
    read_start,
    shown_length,
    text_in,
    text_problem,
)

ZONE = "Asia/Almaty"
NOON = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


def test_a_text_is_measured_as_telegram_does_without_its_tags() -> None:
    assert shown_length("<b>Сәлем</b> &amp; 🎉") == len("Сәлем & ") + 2
    assert text_problem("<b> </b>", is_caption=False) == "no_text"
    assert text_problem("а" * 1025, is_caption=True) == "too_long"
    assert text_problem("а" * 1025, is_caption=False) is None
    assert plain_text("<b>Бір\nекі</b> &lt;үш") == "Бір екі <үш"


def test_readers_of_a_missing_language_get_another_one() -> None:
    assert text_in({"ru": "Привет"}, "en") == "Привет"
    assert text_in({"kk": "Сәлем", "ru": "Привет"}, "en") == "Сәлем"
    assert text_in({}, "kk") is None
    assert missing_languages({"kk": "Сәлем"}) == ("ru", "en")


def test_a_button_is_read_in_one_or_three_languages() -> None:
    one = read_button("Толығырақ\nhttps://example.kz/a")
    assert one is not None
    assert set(one.words.values()) == {"Толығырақ"}
    three = read_button("Толығырақ\nПодробнее\nMore\nhttps://example.kz")
    assert three is not None
    assert three.words == {"kk": "Толығырақ", "ru": "Подробнее", "en": "More"}
    two = read_button("Толығырақ\nПодробнее\nhttps://example.kz")
    assert two is not None
    assert two.words == {"kk": "Толығырақ", "ru": "Подробнее"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.kz",
        "More\njavascript:alert(1)",
        "More\nexample.kz",
        "x" * 41 + "\nhttps://a.kz",
    ],
)
def test_a_button_that_cannot_be_used_is_not_read(text: str) -> None:
    assert read_button(text) is None


def test_a_moment_is_read_as_people_write_it() -> None:
    found = read_start("28.11 10:00", NOON, ZONE)
    assert found == datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
    assert read_start("28.11", NOON, ZONE) == found, "a day alone means the morning"
    assert read_start("ертең 15:00", NOON, ZONE) == datetime(2026, 11, 26, 10, 0, tzinfo=UTC), "and not today"
    assert read_start("18:00", NOON, ZONE) == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    assert read_start("сағат 11:00-де", NOON, ZONE) == datetime(2026, 11, 26, 6, 0, tzinfo=UTC), "today it has passed"
    assert read_start("5.01 9.30", NOON, ZONE) == datetime(2027, 1, 5, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["скоро", "31.02 10:00", "25.11.2026 11:00", "01.06 10:00", "28.11 25:00"])
def test_a_moment_that_is_none_is_past_or_too_far_is_not_taken(text: str) -> None:
    assert read_start(text, NOON, ZONE) is None

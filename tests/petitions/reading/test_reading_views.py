"""Every screen of reading and signing fits into a message in every language, and leads on and back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db import Database
from bot.i18n import LANGUAGES, Language, translator
from bot.law.calendar import WorkingCalendar
from bot.petitions.models import Petition
from bot.petitions.reading import views
from bot.petitions.reading.queries import Card, Listed, ListKind, Viewer, card
from bot.petitions.reading.show import body_of, screen_of
from bot.petitions.rules import OPEN_FOR_WITHDRAWAL, State
from bot.petitions.service import Petitions
from bot.petitions.signing.views import ask_sign_screen, ask_unsign_screen
from bot.petitions.writing.views import NewTap, shown_length
from bot.places.bodies import Body, bodies_of
from bot.residents.views import HomeTap, PlaceTap
from bot.screen import CALLBACK_DATA_BYTES, Screen, Tap
from tests.petitions.reading.making import GAZETTEER, TALGAR, day, person, petition_in, petitions_service

BOT = "halyq_uni_bot"
LARGEST = 2**53
CALENDAR = WorkingCalendar()
LONGEST = max(GAZETTEER, key=lambda place: len(place.name_ru) + len(place.name_kk))
WAYS_BACK = ("bk", "pc", "hm", "fd", "my", "pt")
"""Taps that lead back or home."""


def fits(screen: Screen, *, back: bool = True) -> None:
    """A message Telegram takes, with a way back."""
    limit = 1024 if screen.picture is not None else 4096
    assert 0 < shown_length(screen.text) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#)", screen.text), "people's own words are escaped"
    for row in screen.rows:
        assert row
        for button in row:
            assert button.text
            if button.tap is not None:
                packed = button.tap.pack()
                assert len(packed.encode()) <= CALLBACK_DATA_BYTES
                assert Tap.read(packed) == button.tap
            assert button.copy is None or len(button.copy) <= 256
            assert button.share is None or len(button.share) <= 256
    if back:
        taps = [button.tap for row in screen.rows for button in row if button.tap is not None]
        assert any(tap.prefix in WAYS_BACK for tap in taps), "there is a way back"


def largest(state: State, now: datetime, *, threshold: int | None = 2**31) -> Petition:
    """A petition as long as one can be, full of characters that HTML escapes."""
    body = bodies_of(GAZETTEER, LONGEST.key)[0]
    return Petition(
        id=LARGEST,
        access_key="A" * 10,
        author_id=1,
        state=state,
        version=1,
        language="ru",
        title="<&" * 70,
        ask="a&" * 250,
        why="Ж" * 3000,
        place_key=LONGEST.key,
        body_key=body.key,
        supporters_needed=50,
        threshold_votes=threshold,
        threshold_article="90-3(4)(1)",
        threshold_key="OA",
        population=2**31,
        population_year=2025,
        signature_count=2**31,
        opened_at=now,
        supporters_by=day(now) + timedelta(days=20),
        moderation_due=day(now) + timedelta(days=20),
        published_at=now,
        closes_on=day(now) + timedelta(days=180),
        sent_at=now,
        due_on=day(now) - timedelta(days=1),
        decided_at=now,
        answer="Жауап & <шешім> " * 900,
        comment="&<" * 500,
        reason_code="other",
    )


def seen_by(petition: Petition) -> list[Card]:
    """The petition as a stranger, a signer who follows it and its author see it, with a key and without."""
    stranger = Card(petition, None, False, False, None, None)
    return [
        stranger,
        replace(stranger, key="A" * 10),
        replace(stranger, receipt="7KQ4-M2XA", follows=True, key="A" * 10),
        replace(stranger, receipt="7KQ4-M2XA", follows=True, is_author=True, key="A" * 10),
    ]


# --- the card in every state, for every viewer, in every language -------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
def test_the_largest_petition_fits_on_every_screen(now: datetime, state: State, language: Language) -> None:
    t, petitions = translator(language), petitions_service()
    for threshold in (2**31, None):
        petition = largest(state, now, threshold=threshold)
        for seen in seen_by(petition):
            private = screen_of(petitions, t, seen, now, bot_username=BOT, in_group=False)
            fits(private)
            assert shown_length(private.text) < 2000, "a card is one screen"
            assert private.live is not None
            assert private.rows[-1][-1].tap == views.BackTap()
            group = screen_of(petitions, t, seen, now, bot_username=BOT, in_group=True)
            fits(group, back=False)
            assert group.live == private.live
            assert all(button.tap is None for row in group.rows for button in row), "whoever taps is led to private"
            assert "7KQ4" not in group.text, "a group does not see somebody's receipt"
            fits(views.full_text_screen(t, seen))
            fits(views.share_screen(t, seen, f"https://t.me/{BOT}?start=p_{petition.id}_{'A' * 10}"))
            fits(views.growth_screen(t, seen))
            fits(views.poster_screen(t, seen, f"https://t.me/{BOT}?start=p_{petition.id}_{'A' * 10}"))
            fits(views.withdraw_petition_screen(t, seen))
            fits(ask_sign_screen(t, seen, body_of(petitions, petition)))
            fits(ask_sign_screen(t, seen, None))
            fits(ask_unsign_screen(t, seen))
            for page in (-1, 0, 1, 99):
                fits(views.answer_screen(t, seen, page))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
async def test_a_stored_petition_in_every_state_shows_to_author_signer_and_stranger(
    sqlite: Database, petitions: Petitions, now: datetime, state: State, language: Language
) -> None:
    t = translator(language)
    async with sqlite.transaction() as session:
        author, signer, stranger = [await person(session, number, now) for number in (1, 2, 3)]
        petition = await petition_in(session, petitions, author, state, now)
        if petitions.is_open(petition, now):
            await petitions.sign(session, petition.id, signer, now)
        for viewer in (Viewer(author.id), Viewer(signer.id, key=petition.access_key), Viewer(stranger.id, True)):
            found = await card(session, petition.id, viewer)
            assert found is not None
            screen = screen_of(petitions, t, found, now, bot_username=BOT, in_group=False)
            fits(screen)
            prefixes = {button.tap.prefix for row in screen.rows for button in row if button.tap is not None}
            assert ("sg" in prefixes) == (petitions.is_open(petition, now) and found.receipt is None)
            assert ("un" in prefixes) == (found.receipt is not None and petition.state in OPEN_FOR_WITHDRAWAL)
            assert ("pw" in prefixes) == (found.is_author and petition.state in views.WITHDRAWABLE)
            assert ("dc" in prefixes) == (found.is_author and petition.state is State.RETURNED)
            assert str(petition.id) in screen.text
            if petition.language != language:
                assert t(views.LANGUAGE_OF_TEXT["kk"]) in screen.text


def test_the_main_action_comes_first(now: datetime) -> None:
    t, petitions = translator("en"), petitions_service()
    stranger, *_, author = seen_by(largest(State.PUBLISHED, now))
    screen = screen_of(petitions, t, stranger, now, bot_username=BOT, in_group=False)
    assert screen.rows[0][0].tap == views.SignTap(LARGEST, None)
    group = screen_of(petitions, t, stranger, now, bot_username=BOT, in_group=True)
    assert group.rows[0][0].url == f"https://t.me/{BOT}?start=ps_{LARGEST}"
    author.petition.state = State.RETURNED
    screen = screen_of(petitions, t, author, now, bot_username=BOT, in_group=False)
    assert screen.rows[0][0].tap is not None
    assert screen.rows[0][0].tap.prefix == "dc"


def test_a_place_and_a_body_that_left_the_list_do_not_break_a_card(now: datetime) -> None:
    petitions = petitions_service()
    petition = largest(State.PUBLISHED, now)
    petition.place_key, petition.body_key = "kz-gone", "akimat:kz-gone"
    for language in LANGUAGES:
        for in_group in (False, True):
            screen = screen_of(
                petitions, translator(language), seen_by(petition)[0], now, bot_username=BOT, in_group=in_group
            )
            assert "—" in screen.text


def test_an_answer_that_is_long_can_be_read_to_its_end(now: datetime) -> None:
    t = translator("kk")
    seen = seen_by(largest(State.DECIDED, now))[0]
    read = ""
    page: int | None = 0
    while page is not None:
        screen = views.answer_screen(t, seen, page)
        body = unescape(screen.text).split("\n\n", 1)[1].rsplit("\n\n<i>", 1)[0]
        read += f" {body}"
        turn = [button for row in screen.rows for button in row if button.text == "›"]
        page = turn[0].tap.page if turn and isinstance(turn[0].tap, views.AnswerTap) else None
    assert read.split() == (seen.petition.answer or "").split()


def test_the_card_offers_the_whole_answer_only_when_it_was_cut(now: datetime) -> None:
    t, petitions = translator("en"), petitions_service()
    petition = largest(State.DECIDED, now)
    for answer, offered in (("Short.", False), ("x" * 401, True)):
        petition.answer = answer
        screen = screen_of(petitions, t, seen_by(petition)[0], now, bot_username=BOT, in_group=False)
        assert any(button.text == "The whole answer" for row in screen.rows for button in row) is offered


def test_after_the_last_day_a_card_does_not_say_last_day(now: datetime) -> None:
    t, petitions = translator("en"), petitions_service()
    petition = largest(State.PUBLISHED, now)
    seen = seen_by(petition)[0]
    for days, words in ((2, "2 days left"), (1, "1 day left"), (0, "last day"), (-1, "signing is over")):
        petition.closes_on = day(now) + timedelta(days=days)
        screen = screen_of(petitions, t, seen, now, bot_username=BOT, in_group=False)
        assert words in screen.text
        assert (screen.rows[0][0].text == "✍️ Sign") is (days >= 0)


# --- numbers and words --------------------------------------------------------------------------------------------


@given(count=st.integers(0, 10**7), needed=st.integers(0, 10**7))
def test_a_bar_has_twelve_cells_and_is_full_only_when_the_number_is_reached(count: int, needed: int) -> None:
    bar = views.progress_bar(count, needed)
    assert len(bar) == views.BAR_CELLS
    assert set(bar) <= {"▰", "▱"}
    assert "▱▰" not in bar
    if needed > 0:
        assert (bar == "▰" * views.BAR_CELLS) == (count >= needed)
        assert (bar[0] == "▰") == (count > 0)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_bar_never_shrinks_with_more_signatures(one: int, other: int, needed: int) -> None:
    low, high = sorted((one, other))
    assert views.progress_bar(low, needed).count("▰") <= views.progress_bar(high, needed).count("▰")


@given(count=st.integers(0, 10**7), needed=st.integers(1, 10**7))
def test_a_hundred_percent_means_reached_and_is_never_passed(count: int, needed: int) -> None:
    percent = int(views.percent_line(translator("en"), count, needed).removesuffix("%"))
    assert (percent == 100) == (count >= needed)
    assert 0 <= percent <= 100


@given(st.text(max_size=400), st.integers(2, 300))
def test_a_shortened_text_keeps_its_beginning_and_its_limit(text: str, limit: int) -> None:
    short = views.shortened(text, limit)
    whole = " ".join(text.split())
    assert len(short) <= limit
    assert short == whole or (short.endswith("…") and whole.startswith(short[:-1]))


@pytest.mark.parametrize(
    ("language", "needed", "words"),
    [
        ("ru", 2500, "3 из 2\u00a0500 подписей"),
        ("ru", 2501, "3 из 2\u00a0501 подписи"),
        ("ru", 2511, "3 из 2\u00a0511 подписей"),
        ("ru", 2502, "3 из 2\u00a0502 подписей"),
        ("kk", 2501, "3 / 2\u00a0501 қол"),
        ("en", 2501, "3 of 2,501 signatures"),
        ("en", 1, "3 of 1 signature"),
    ],
)
def test_the_word_for_signatures_agrees_with_the_number_needed(language: Language, needed: int, words: str) -> None:
    assert views.count_line(translator(language), 3, needed) == words


# --- lists --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ListKind)
def test_the_largest_page_of_every_list_fits(now: datetime, kind: ListKind, language: Language) -> None:
    t = translator(language)
    states = list(State)
    words = "<&" * 2000
    for start in range(0, len(states), 5):
        shown = [largest(state, now) for state in states[start : start + 5]]
        listed = Listed(kind, 3, shown, has_next=True, words=words)
        screen = views.list_screen(t, listed, {LONGEST.key: LONGEST}, day(now), back=views.FindTap(), start=NewTap())
        fits(screen)
        entries, turn = screen.rows[0], screen.rows[1]
        assert [button.tap for button in entries] == [views.EntryTap(LARGEST, kind.value, 3)] * len(shown)
        assert [button.tap for button in turn] == [views.ListTap(kind.value, 2), views.ListTap(kind.value, 4)]
    for ask_place in (None, PlaceTap()):
        empty = views.list_screen(
            t,
            Listed(kind, 0, (), has_next=False, words=words),
            {},
            day(now),
            back=HomeTap(),
            ask_place=ask_place,
        )
        fits(empty)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_screens_lead_back(language: Language) -> None:
    t, home = translator(language), HomeTap()
    for screen in (
        views.find_screen(t, LONGEST, home),
        views.find_screen(t, None, home),
        views.ask_words_screen(t),
        views.mine_screen(t, dict.fromkeys(ListKind, 2**31), (), home),
        views.missing_screen(t, home),
        views.ask_number_screen(t, home),
    ):
        fits(screen)


# --- words --------------------------------------------------------------------------------------------------------


def test_every_state_has_its_words() -> None:
    assert set(views.STATE_WORDS) == set(State)
    assert set(views.LIST_TITLES) == set(ListKind)


def test_the_second_line_of_an_inline_result_names_supporters_while_they_gather(now: datetime) -> None:
    t = translator("en")
    petition = largest(State.GATHERING, now)
    petition.signature_count = 7
    assert views.result_description(t, petition, None) == "7 of 50 supporters"
    petition.state = State.PUBLISHED
    petition.threshold_votes = 2500
    talgar = GAZETTEER.get(TALGAR)
    assert talgar is not None
    assert views.result_description(t, petition, talgar) == f"7 of 2,500 signatures · {talgar.name_en}"


def test_a_body_is_named_in_each_language(now: datetime) -> None:
    body = body_of(petitions_service(), largest(State.PUBLISHED, now))
    assert isinstance(body, Body)
    for language in LANGUAGES:
        assert body.name(language) in views.responsible_line(translator(language), body)
        assert views.responsible_line(translator(language), None).endswith("—")


def test_working_days_left_of_the_supporters_term(now: datetime) -> None:
    t, petitions = translator("en"), petitions_service()
    petition = largest(State.GATHERING, now)
    seen = seen_by(petition)[1]
    for last, words in (
        (CALENDAR.last_day(day(now), 3), "3 working days left"),
        (CALENDAR.last_day(day(now), 1), "1 working day left"),
        (day(now), "last day"),
        (date(2026, 11, 24), "time is over"),
    ):
        petition.supporters_by = last
        assert words in screen_of(petitions, t, seen, now, bot_username=BOT, in_group=False).text

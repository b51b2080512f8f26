"""What a wish is answered with: whole, fitting a message, honest, with a way on from everywhere, in every language."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, Language, translator
from bot.law.channels import contacts
from bot.law.forbidden import Channel, check
from bot.petitions.rules import State
from bot.petitions.wishes import views
from bot.petitions.wishes.models import Wish
from bot.petitions.wishes.rules import GUESS, Judged
from bot.petitions.wishes.service import Wishes
from bot.petitions.wishes.similar import Alike
from bot.petitions.writing.views import MESSAGE_CHARACTERS, shown_length
from bot.places.bodies import bodies_of
from bot.residents.models import Resident
from bot.residents.views import HomeTap
from bot.routing.questions import PAIRS
from bot.screen import Screen
from tests.petitions.reading.making import GAZETTEER, TALGAR, TOWN
from tests.petitions.reading.test_reading_views import LONGEST, largest
from tests.petitions.stub_router import StubRouter

NUMBER = 2**62
NOBODY = Alike((), 0, has_next=False)
BODIES = ("akimat", "maslikhat", "government", "not_petition")


def alike(now: datetime) -> Alike:
    """As large as petitions get."""
    return Alike([largest(State.PUBLISHED, now) for _ in range(3)], 0, has_next=True)


def fits(screen: Screen) -> None:
    """The screen can be sent, its buttons carry no more than they may, and there is a way on."""
    assert 0 < shown_length(screen.text) <= MESSAGE_CHARACTERS
    assert screen.rows
    for row in screen.rows:
        assert len(row) <= 8
        for button in row:
            assert button.text.strip()
            assert (button.tap is None) != (button.url is None)
            if button.tap is not None:
                button.tap.pack()


def judge(wishes: Wishes, now: datetime, language: Language, *, place: str | None = TALGAR, **settled: str) -> Judged:
    """A wish of somebody who lives in a place."""
    wish = Wish(id=NUMBER, resident_id=1, text="<b>& Көшеге шам", at=now, **settled)
    return wishes.judge(wish, Resident(id=1, language=language, place_key=place), now, language)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.sampled_from(BODIES),
    confidence=st.floats(0.25, 1),
    question=st.sampled_from([None, *PAIRS]),
    settled=st.sampled_from([None, GUESS, *BODIES]),
    redirect=st.sampled_from([*(channel.value for channel in Channel), "excluded_subject"]),
    point=st.sampled_from([None, 8]),
    level=st.sampled_from([None, "rural"]),
    place=st.sampled_from([None, TALGAR, TOWN, "kz-almaty-city/medeu-inner", "kz"]),
    named=st.sampled_from([None, "kz-astana"]),
    ministry=st.sampled_from([None, "transport", "financial_agency"]),
    language=st.sampled_from(LANGUAGES),
    has_alike=st.booleans(),
)
def test_whatever_the_router_says_every_screen_can_be_sent_and_leads_on(
    wishes: Wishes,
    router: StubRouter,
    now: datetime,
    body: str,
    confidence: float,
    question: str | None,
    settled: str | None,
    redirect: str,
    point: int | None,
    level: str | None,
    place: str | None,
    named: str | None,
    ministry: str | None,
    language: Language,
    has_alike: bool,
) -> None:
    router.body, router.confidence, router.question, router.redirect = body, confidence, question, redirect
    router.point, router.level, router.named, router.ministry = point, level, named, ministry
    t = translator(language)
    judged = judge(wishes, now, language, place=place, **({"settled": settled} if settled else {}))
    screen = views.wish_screen(t, judged, alike(now) if has_alike else NOBODY, {LONGEST.key: LONGEST}, now.date())
    fits(screen)
    taps = [button.tap for row in screen.rows for button in row]
    assert HomeTap() in taps
    if judged.question is None:
        assert views.StartWishTap(NUMBER) in taps, "a warning is never a block"
        assert views.ElsewhereTap(NUMBER) in taps
    for further in (views.others_screen(t, judged), views.elsewhere_screen(t, judged)):
        fits(further)
        assert views.WishTap(NUMBER) in {button.tap for row in further.rows for button in row}


@pytest.mark.parametrize("language", LANGUAGES)
def test_body_threshold_reason_and_place_stand_in_one_message(
    wishes: Wishes, now: datetime, language: Language
) -> None:
    t = translator(language)
    judged = judge(wishes, now, language)
    screen = views.wish_screen(t, judged, NOBODY, {}, now.date())
    assert judged.best is not None
    assert judged.best.body.name_cap(language) in screen.text
    assert t.number(2500) in screen.text
    assert "akimat because &lt;&amp;" in screen.text
    assert "35" in screen.text
    assert t.plain("📍 {place}, where you live", place=judged.best.body.place.name(language)) in screen.text  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_has_its_answers_and_i_do_not_know_and_nothing_else_to_decide(
    wishes: Wishes, router: StubRouter, now: datetime, language: Language
) -> None:
    for pair in PAIRS:
        router.question, router.subject = pair, "waste_collection"
        judged = judge(wishes, now, language)
        screen = views.wish_screen(translator(language), judged, NOBODY, {}, now.date())
        answers = [
            button.tap.answer for row in screen.rows for button in row if isinstance(button.tap, views.AnswerWishTap)
        ]
        assert answers == [*pair.split("|"), GUESS]
        subject = {"kk": "Қоқыс шығару", "ru": "Вывоз мусора", "en": "Waste collection"}[language]
        assert subject in screen.text


def test_after_the_answer_back_returns_to_the_question(wishes: Wishes, router: StubRouter, now: datetime) -> None:
    router.question = "akimat|maslikhat"
    judged = judge(wishes, now, "en", settled="maslikhat")
    screen = views.wish_screen(translator("en"), judged, NOBODY, {}, now.date())
    assert "Maslikhat of Talgar District" in screen.text
    assert "5,000" in screen.text
    assert "You answered:" in screen.text
    assert views.AnswerWishTap(NUMBER, None) in {button.tap for row in screen.rows for button in row}


def test_a_guess_is_called_one_and_a_chosen_body_names_the_one_proposed(
    wishes: Wishes, router: StubRouter, now: datetime
) -> None:
    t = translator("en")
    router.confidence = 0.5
    assert "only a guess, I am 50%" in views.wish_screen(t, judge(wishes, now, "en"), NOBODY, {}, now.date()).text
    chosen = judge(wishes, now, "en", picked_body_key=f"maslikhat:{TALGAR}")
    said = views.wish_screen(t, chosen, NOBODY, {}, now.date()).text
    assert "guess" not in said
    assert "By the words I would say: Akimat of Talgar District" in said
    router.confidence = 0.3
    assert "I cannot tell yet" in views.wish_screen(t, judge(wishes, now, "en"), NOBODY, {}, now.date()).text


def test_the_government_is_named_with_the_ministry_and_an_agency_with_the_gap_in_the_law(
    wishes: Wishes, router: StubRouter, now: datetime
) -> None:
    t = translator("ru")
    router.body, router.ministry = "government", "transport"
    said = views.wish_screen(t, judge(wishes, now, "ru"), NOBODY, {}, now.date()).text
    assert "Правительство, через министерство транспорта" in said
    assert "50\u00a0000" in said
    router.ministry = "financial_agency"
    said = views.wish_screen(t, judge(wishes, now, "ru"), NOBODY, {}, now.date()).text
    assert "Агентство по регулированию" in said
    assert "не входит в Правительство" in said


def test_without_a_place_it_says_so_and_offers_one_tap(wishes: Wishes, now: datetime) -> None:
    screen = views.wish_screen(translator("kk"), judge(wishes, now, "kk", place=None), NOBODY, {}, now.date())
    assert "Ауданыңыздың не қалаңыздың әкімдігі" in screen.text
    assert "білмеймін" in screen.text
    assert screen.rows[0][0].tap == views.WishPlaceTap(NUMBER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_bodies_are_offered_with_their_thresholds_and_why(
    wishes: Wishes, now: datetime, language: Language
) -> None:
    t = translator(language)
    judged = judge(wishes, now, language)
    screen = views.others_screen(t, judged)
    picks = [button for row in screen.rows for button in row if isinstance(button.tap, views.PickTap)]
    assert len(picks) == len(bodies_of(GAZETTEER, TALGAR)) - 1, "all but the one proposed"
    assert any(t.number(5000) in button.text for button in picks)
    assert "maslikhat because" in screen.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("redirect", [channel.value for channel in Channel])
def test_what_is_no_petition_matter_says_why_and_where_to_go(
    wishes: Wishes, router: StubRouter, now: datetime, language: Language, redirect: str
) -> None:
    t = translator(language)
    router.body, router.redirect = "not_petition", redirect
    judged = judge(wishes, now, language)
    said = views.wish_screen(t, judged, NOBODY, {}, now.date())
    assert t(views.CHANNEL_WORDS[Channel(redirect)]) in said.text
    assert "not_petition because" in said.text
    contact = contacts()[redirect]
    elsewhere = views.elsewhere_screen(t, judged)
    assert contact.name(language) in elsewhere.text
    urls = {button.url for row in elsewhere.rows for button in row if button.url is not None}
    assert contact.url is None or contact.url in urls


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forbidden_subject_is_a_warning_with_its_point_and_a_safer_wording(
    wishes: Wishes, router: StubRouter, now: datetime, language: Language
) -> None:
    t = translator(language)
    router.body, router.redirect, router.point = "not_petition", "excluded_subject", 11
    hit = check("Требуем отставки министра", date(2026, 11, 1))[0]
    judged = replace(judge(wishes, now, language), warning=hit)
    said = views.wish_screen(t, judged, NOBODY, {}, now.date())
    assert said.text.startswith("⚠️")
    assert hit.point is not None
    assert hit.point.plain(language).rstrip(".") in said.text
    assert t.plain("It is a warning, not a ban: a moderator reads every petition and decides.") in said.text
    assert views.hint(t, hit) in said.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screens_around_a_wish_can_be_sent(now: datetime, language: Language) -> None:
    t = translator(language)
    for screen in (
        views.gone_screen(t),
        views.wordless_screen(t),
        views.alike_screen(t, NUMBER, alike(now), {LONGEST.key: LONGEST}, now.date()),
        views.alike_screen(t, NUMBER, NOBODY, {}, now.date()),
    ):
        fits(screen)


def test_every_level_and_channel_has_its_words() -> None:
    assert set(views.CHANNEL_WORDS) == set(Channel)
    local = set(itertools.product(("akimat", "maslikhat"), ("region", "district"))) | {("akimat", "rural")}
    assert set(views.LEVEL_WORDS) == local

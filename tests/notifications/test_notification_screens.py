"""Every button of every screen fits and leads somewhere; every kind of message says how it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.bootstrap import App, build_app
from bot.config import Settings
from bot.db import Database
from bot.i18n import LANGUAGES, Language, translator
from bot.notifications import views
from bot.notifications.kinds import KINDS
from bot.notifications.rules import DEFAULTS, Event, Mode, Quiet, Wishes
from bot.officials.digests import views as digests
from bot.officials.digests.rules import Schedule
from bot.petitions.follow_up import views as follow_up
from bot.petitions.follow_up.queries import Photo
from bot.petitions.follow_up.rules import AnswerCheck, Deed
from bot.petitions.reading.views import OpenPetitionTap
from bot.petitions.search.shelves import shelves
from bot.places.tree import Gazetteer, shipped_places
from bot.run import SANDBOX_TOKEN
from bot.screen import Screen, Tap

GAZETTEER = Gazetteer(shipped_places())
LARGEST = 2**63 - 1


@pytest.fixture
def app(tmp_path: Path) -> App:
    """The whole bot, wired and not running."""
    settings = Settings(
        _env_file=None,
        bot_token=SecretStr(SANDBOX_TOKEN),
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'x.db'}",
        pepper=SecretStr("pepper of the wiring test, long enough to be one"),
    )
    return build_app(settings, Database(settings.database_url), GAZETTEER)


def test_every_kind_of_message_says_how_it_is_told(app: App) -> None:
    """Add a new kind to bot/notifications/kinds.py."""
    assert set(app.renderers()) - set(KINDS) == set()


def _screens(language: Language) -> Iterator[Screen]:
    t = translator(language)
    talgar = GAZETTEER.get("kz-almaty-oblast/talgar-district")
    assert talgar is not None
    back = OpenPetitionTap(LARGEST)
    all_topics = [(slug, shelf.name(language)) for slug, shelf in shelves().items()]
    for mode in Mode:
        wishes = Wishes(dict.fromkeys(Event, mode), Quiet(time(23), time(7)), time(23), 6, one_message=True)
        yield views.main_screen(t, wishes, 20)
        yield views.digest_screen(t, wishes)
        for event in Event:
            yield views.event_screen(t, event, wishes)
    for quiet in (None, Quiet(time(0), time(23))):
        yield views.quiet_screen(t, quiet)
    for on in (True, False):
        yield views.one_message_screen(t, on=on)
        yield follow_up.ask_why_screen(t, back, own=on)
        yield digests.schedule_screen(t, Schedule(tells_empty=on, weekly=on), is_head=True)
    yield digests.schedule_screen(t, Schedule(weekdays=frozenset()), is_head=False)
    yield digests.schedule_screen(t, Schedule(weekdays=frozenset({0, 6})), is_head=False)
    yield views.interests_screen(t, [talgar] * 10, all_topics[:10], [talgar] * 3)
    yield views.topics_screen(t, all_topics, [all_topics[0][0]])
    yield views.ask_place_screen(t, views.not_found_note(t, "<b>жоқ жер"))
    yield views.candidates_screen(t, [(talgar.kato, GAZETTEER.label(talgar.key, language))] * 6)
    yield follow_up.was_it_done_screen(t, LARGEST, "Аялдама & <шам>", Deed.NO, back)
    for deed in Deed:
        yield follow_up.deed_thanks_screen(t, LARGEST, deed, back)
    photo = Photo(LARGEST, LARGEST, "file", Deed.PARTLY, 1, 3)
    yield follow_up.photo_screen(t, photo, back)
    yield follow_up.photo_check_screen(t, photo)
    yield follow_up.ask_photo_screen(t, LARGEST)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_fits_and_every_button_can_be_read_back(language: Language) -> None:
    for screen in _screens(language):
        limit = 1024 if screen.picture or screen.attachment else 4096
        assert 0 < len(screen.text) <= limit
        assert screen.text.count("<b>") == screen.text.count("</b>")
        assert screen.rows, "never stuck"
        for row in screen.rows:
            for button in row:
                assert button.tap is not None
                assert Tap.read(button.tap.pack()) == button.tap
                assert len(button.text) <= 64


@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_are_shown_from_five_answers_on_and_add_up(language: Language) -> None:
    t = translator(language)
    few = AnswerCheck(3, 1, {Deed.YES: 4}, 0, is_asked=True, may_answer=True)
    many = AnswerCheck(2, 1, {Deed.YES: 1, Deed.PARTLY: 3, Deed.NO: 2}, 0, is_asked=True, may_answer=True)
    enough = AnswerCheck(4, 2, many.deeds, 0, is_asked=True, may_answer=True)
    for check in (few, many):
        said = follow_up.satisfaction_line(t, check)
        assert said is not None
        assert "%" not in said
    said = follow_up.satisfaction_line(t, enough)
    assert said is not None
    assert "67" in said
    assert "33" in said
    assert follow_up.satisfaction_line(t, AnswerCheck(0, 0, {}, 0, is_asked=False, may_answer=True)) is None


def test_the_defaults_name_every_event() -> None:
    assert set(DEFAULTS) == set(Event) == set(views.EVENT_NAMES) == set(views.EVENT_MEANINGS)

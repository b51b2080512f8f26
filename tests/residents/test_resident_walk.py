"""Every button of every screen leads somewhere, in every language, within Telegram's limits."""

from __future__ import annotations

from collections import deque

import pytest

from bot.i18n import LANGUAGES, Language
from bot.residents.dwelling.views import BrowseTap, ChooseTap, LocateTap
from bot.residents.staff.views import (
    AcceptTap,
    CancelInvitationTap,
    InviteBodyTap,
    InvitePlaceTap,
    RevokeTap,
)
from bot.residents.views import LanguageTap, MenuTap, MoveTap, PrivacyTap, StaffTap
from bot.screen import CALLBACK_DATA_BYTES, Tap
from tests.residents.conftest import FakeHolder, Person

NUMBER = "77011234567"
OFTEN = (BrowseTap, ChooseTap, InvitePlaceTap)
"""Taps there are hundreds of; a few of each are walked."""
ENOUGH = 12
GREATEST = 2**63 - 1


async def walk(person: Person) -> int:
    """Tap everything that can be reached, each tap's effect undone; the number of different taps."""
    starts = [
        await person.write(text)
        for text in ("/start", "/help", "/privacy", "/settings", "/language", "/place", "/admin")
    ]
    waiting = deque(tap for heard in starts for tap in heard.taps)
    seen: set[Tap] = set()
    counts: dict[type[Tap], int] = {}
    while waiting:
        tap = waiting.popleft()
        if tap in seen or isinstance(tap, MenuTap):
            continue
        counts[type(tap)] = counts.get(type(tap), 0) + 1
        if isinstance(tap, OFTEN) and counts[type(tap)] > ENOUGH:
            continue
        seen.add(tap)
        heard = await person.tap(tap, keep=False)
        assert heard.methods[0] == "answerCallbackQuery", tap
        assert len(heard.messages) >= 1, tap
        if not (isinstance(tap, PrivacyTap) and tap.sure) and not heard.below:
            assert heard.taps, f"{tap} leads into a dead end"
        waiting.extend(heard.taps)
    return len(seen)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nobody_new_gets_stuck(person: Person, language: Language) -> None:
    await person.tap(LanguageTap(language, "home"))
    assert await walk(person) > 30


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_confirmed_resident_gets_stuck(person: Person, holder: FakeHolder, language: Language) -> None:
    await person.confirm(NUMBER)
    holder.counts[1] = {"signatures": 1234, "petitions": 2, "drafts": 5, "follows": 21}
    await person.tap(ChooseTap("196220100"))
    await person.tap(LanguageTap(language, "home"))
    assert await walk(person) > 30


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_admin_gets_stuck(admin: Person, person: Person, language: Language) -> None:
    for _ in range(12):
        made = await admin.tap(StaffTap("moderator", 0))
    link = made.text.split("start=")[1].split("<")[0]
    await person.tap((await person.write(f"/start {link}")).tap(AcceptTap))
    await admin.tap(LanguageTap(language, "home"))
    assert await walk(admin) > 50


async def test_the_largest_values_fit_into_a_button() -> None:
    for tap in (
        MoveTap(GREATEST, 9_999_999_999, "x" * 20, 1),
        AcceptTap("x" * 32),
        CancelInvitationTap(GREATEST, 99_999),
        RevokeTap(GREATEST, 1),
        BrowseTap("196220100", 999),
        InviteBodyTap("196220100", "government"),
        LocateTap(),
    ):
        packed = tap.pack()
        assert len(packed.encode()) <= CALLBACK_DATA_BYTES
        assert Tap.read(packed) == tap

"""What admins and invited people see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import tell
from bot.i18n import Html, Translator
from bot.residents.service import Residents
from bot.residents.staff.views import (
    AcceptTap,
    CancelInvitationTap,
    InviteBodyTap,
    InvitePlaceTap,
    InviteRankTap,
    RevokeTap,
)
from bot.residents.views import MenuTap, StaffTap
from tests.residents.conftest import Heard, Person


def _parameter(heard: Heard) -> str:
    link = heard.text.split("<code>")[1].split("</code>")[0]
    return link.split("start=")[1]


async def test_admin_is_refused_to_everybody_else(person: Person, admin: Person) -> None:
    assert "only for the admins" in (await person.write("/admin")).text
    assert StaffTap("staff", 0) in (await admin.write("/admin")).taps
    assert StaffTap("menu", 0) in (await admin.write("/start")).taps
    assert StaffTap("menu", 0) not in (await person.write("/start")).taps


async def test_a_moderator_is_invited_accepts_and_gets_the_commands(person: Person, admin: Person) -> None:
    made = await admin.tap(StaffTap("moderator", 0))
    assert "works once" in made.text
    opened = await person.write(f"/start {_parameter(made)}")
    assert "Moderator" in opened.text
    accepted = await person.tap(opened.tap(AcceptTap))
    assert "/queue" in accepted.text
    commands = next(call for call in accepted.answer.calls if call.method == "setMyCommands")
    assert "queue" in [command["command"] for command in commands.params["commands"]]
    assert "before" in (await person.tap(opened.tap(AcceptTap))).text
    assert MenuTap("queue") in (await person.write("/start")).taps


async def test_an_official_is_invited_for_a_body_chosen_by_place(person: Person, admin: Person) -> None:
    await admin.tap(StaffTap("official", 0))
    assert "no place" in (await admin.write("Ққзж")).text
    several = await admin.write("Абай")
    assert len([tap for tap in several.taps if isinstance(tap, InvitePlaceTap)]) == 5
    bodies = await admin.tap(several.tap(InvitePlaceTap))
    assert "Government of Kazakhstan" in bodies.buttons
    bodies = await admin.write("талгарский район")
    asked = await admin.tap(bodies.tap(InviteBodyTap))
    assert {"An official", "The head"} <= set(asked.buttons)
    made = await admin.tap(asked.tap(InviteRankTap))
    assert "Official: Akimat of Talgar District" in made.text
    opened = await person.write(f"/start {_parameter(made)}")
    assert "Official: Akimat of Talgar District" in opened.text
    government = await admin.tap(InviteBodyTap("000000000", "government"))
    assert "Government of Kazakhstan" in government.text
    central = await admin.tap(StaffTap("ministries", 0))
    assert "Ministry of Transport" in central.buttons
    head = await admin.tap(InviteRankTap("ministry.transport", 1))
    assert "Head: Ministry of Transport" in head.text
    assert "Whom does" in (await admin.tap(InviteRankTap("ministry.magic", 1))).text
    assert "Whom does" in (await admin.tap(InviteBodyTap("000000000", "akimat"))).text
    assert "Whom does" in (await admin.tap(InvitePlaceTap("999999999"))).text


async def test_open_invitations_are_listed_and_cancelled(person: Person, admin: Person) -> None:
    made = await admin.tap(StaffTap("moderator", 0))
    listed = await admin.tap(StaffTap("invitations", 0))
    left = await admin.tap(listed.tap(CancelInvitationTap))
    assert "is cancelled" in left.text
    assert "There are none" in left.text
    assert "before" in (await admin.tap(listed.tap(CancelInvitationTap))).text
    assert "was cancelled" in (await person.write(f"/start {_parameter(made)}")).text


async def test_a_role_is_ended_after_asking_and_the_commands_go(person: Person, admin: Person) -> None:
    made = await admin.tap(StaffTap("moderator", 0))
    await person.tap((await person.write(f"/start {_parameter(made)}")).tap(AcceptTap))
    listed = await admin.tap(StaffTap("staff", 0))
    asked = await admin.tap(listed.tap(RevokeTap))
    assert "at once" in asked.text
    ended = await admin.tap(asked.tap(RevokeTap))
    commands = next(call for call in ended.answer.calls if call.method == "setMyCommands")
    assert commands.params["scope"]["chat_id"] == person.telegram_id
    assert "queue" not in [command["command"] for command in commands.params["commands"]]
    assert "before" in (await admin.tap(asked.tap(RevokeTap))).text
    audit = await admin.tap(StaffTap("audit", 0))
    for said in ("Role ended", "Role accepted", "Invitation made"):
        assert said in audit.text


async def test_long_lists_have_pages(admin: Person) -> None:
    for _ in range(11):
        await admin.tap(StaffTap("moderator", 0))
    first = await admin.tap(StaffTap("invitations", 0))
    assert StaffTap("invitations", 1) in first.taps
    assert StaffTap("invitations", 0) in (await admin.tap(StaffTap("invitations", 1))).taps
    assert "Page 2 of 2" in (await admin.tap(StaffTap("audit", 7))).text


async def test_the_audit_trail_speaks_in_words(admin: Person) -> None:
    async with admin.database.transaction() as session:
        for action, subject in (("petition_approve", "petition:16"), ("reason_off", "reason:spam")):
            await admin.residents.staff.audit(
                session, actor_id=None, action=action, subject=subject, details={}, now=admin.now
            )
    told = (await admin.tap(StaffTap("audit", 0))).text
    assert "Petition approved · petition № 16" in told
    assert "Reason no longer offered · spam" in told


async def test_other_capabilities_add_lines_to_the_numbers(admin: Person) -> None:
    async def petitions(session: AsyncSession, t: Translator) -> Sequence[Html]:
        return [Html("Petitions: 5")]

    residents = admin.residents
    admin.residents = Residents(
        b"p" * 32, residents.staff.admins, residents.gazetteer, residents.operator, statistics=(petitions,)
    )
    numbers = await admin.tap(StaffTap("numbers", 0))
    assert "People: 1" in numbers.text
    assert "Petitions: 5" in numbers.text


async def test_an_admin_sees_how_the_messages_on_their_way_stand(admin: Person, now: datetime) -> None:
    await admin.write("/start")
    async with admin.database.transaction() as session:
        waited = now - timedelta(minutes=20)
        await tell(session, kind="role_ended", resident_id=1, reference=1, now=waited)
        await tell(session, kind="role_ended", resident_id=1, reference=2, now=now, not_before=now + timedelta(hours=1))
    shown = (await admin.tap(StaffTap("outbox", 0))).text
    assert "Due now: 1" in shown
    assert "The oldest waits: 20 min 0 s" in shown
    assert "For later (quiet hours, digests): 1" in shown
    assert "Somebody should look" in shown

"""What the administration looks like: menu, invitations, staff, audit trail, numbers, and an opened invitation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from bot.delivery.queries import OutboxPace, OutboxReport
from bot.i18n import N_, Html, Translator, safe
from bot.places.bodies import GOVERNMENT, Body, body_by_key, body_code, ministries
from bot.places.tree import Gazetteer, Place
from bot.residents.models import Role
from bot.residents.staff.queries import AuditLine, Member, OpenInvitation, Page, PeopleCounted
from bot.residents.staff.service import InvitationState, MadeInvitation, OpenedInvitation
from bot.residents.views import ROLE_NAMES, HomeTap, MenuTap, StaffTap, back_button, home_button
from bot.screen import Button, Screen, Tap, rows

PAGE: Final = 10
"""Rows on a page of staff, invitations and the audit trail."""

INVITATION_PARAMETER: Final = "i_"
"""What the start parameter of an invitation link begins with."""


class AcceptTap(Tap, prefix="rac"):
    """Accept an invitation."""

    token: str


class InvitePlaceTap(Tap, prefix="rip"):
    """Choose among the bodies of this unit whom the invited official speaks for."""

    kato: str


class InviteBodyTap(Tap, prefix="rib"):
    """Ask which official to invite for the body of this kind ("akimat", "maslikhat", "office", "government") of this
    unit; without a unit `kind` is the body's code."""

    kato: str | None
    kind: str


class InviteRankTap(Tap, prefix="rir"):
    """Invite an official of the body with this code, the head of it when `head` is 1."""

    body: str
    head: int


class RevokeTap(Tap, prefix="rrv"):
    """End a role; asked first, done when `sure` is 1."""

    grant: int
    sure: int


class CancelInvitationTap(Tap, prefix="rci"):
    """Make an invitation unusable."""

    invitation: int
    page: int


ROLE_DUTIES: Final[dict[Role, str]] = {
    Role.MODERATOR: N_("You check petitions before everybody sees them, and give reasons from a list. Command: /queue"),
    Role.OFFICIAL: N_(
        "You see the petitions addressed to your body, those that wait for its answer first. Command: /inbox"
    ),
    Role.ADMIN: N_("You give and end roles and see the numbers and the audit trail. Command: /admin"),
}

ACTION_NAMES: Final[dict[str, str]] = {
    "invitation_made": N_("Invitation made"),
    "invitation_cancelled": N_("Invitation cancelled"),
    "role_accepted": N_("Role accepted"),
    "role_ended": N_("Role ended"),
    "absence_begun": N_("Absence begun"),
    "absence_ended": N_("Absence ended"),
    "petition_register": N_("Petition registered"),
    "petition_not_ours": N_("Petition passed to another body"),
    "petition_decide": N_("Decision published"),
    "petition_correction": N_("Decision corrected"),
    "petition_assign": N_("Petition assigned"),
    "petition_discussion": N_("Public discussion announced"),
    "petition_working_group": N_("Working group announced"),
    "group_bound": N_("Group chat bound"),
    "group_unbound": N_("Group chat unbound"),
    "account_moved": N_("Number moved"),
    "account_erased": N_("Account deleted"),
    "petition_approve": N_("Petition approved"),
    "petition_return": N_("Petition returned to its author"),
    "petition_reject": N_("Petition rejected"),
    "petition_restore": N_("Petition restored"),
    "petition_keep": N_("Petition kept after reports"),
    "petition_reinstate": N_("Petition made public again"),
    "petition_uphold": N_("Appeal dismissed"),
    "signatures_annul": N_("Signatures annulled"),
    "signatures_undo": N_("Annulment undone"),
    "signatures_clear": N_("Signing anew allowed"),
    "signing_dismiss": N_("Suspicious signing closed"),
    "petition_send": N_("Petition marked as sent"),
    "reason_add": N_("Reason added"),
    "reason_edit": N_("Reason changed"),
    "reason_on": N_("Reason offered"),
    "reason_off": N_("Reason no longer offered"),
    "broadcast_confirm": N_("Broadcast confirmed"),
    "survey_confirm": N_("Survey confirmed"),
    "survey_call_off": N_("Survey called off before its start"),
    "broadcast_stop": N_("Broadcast stopped"),
}
"""Words for the actions in the audit trail; one without words is shown by its code."""

SUBJECT_NAMES: Final[dict[str, str]] = {
    "invitation": N_("invitation № {number}"),
    "resident": N_("resident № {number}"),
    "petition": N_("petition № {number}"),
    "group": N_("group chat № {number}"),
    "broadcast": N_("broadcast № {number}"),
    "survey": N_("survey № {number}"),
}
"""Words for what an action was done to; a reason is shown by its code."""


def _lines(*lines: Html | None) -> Html:
    return Html("\n".join(line for line in lines if line is not None))


def role_name(t: Translator, gazetteer: Gazetteer, role: Role, body_key: str | None, *, is_head: bool = False) -> Html:
    """A role with the body it is for: "Official: Akimat of Talgar District"."""
    name = t("Head") if is_head else t(ROLE_NAMES[role])
    if body_key is None:
        return name
    body = body_by_key(gazetteer, body_key)
    return t("{role}: {body}", role=name, body=body.name_cap(t.language) if body is not None else body_key)


def _turning(to: str, page: Page[object]) -> list[Button]:
    return [
        *([Button("‹", StaffTap(to, page.number - 1))] if page.number > 0 else []),
        *([Button("›", StaffTap(to, page.number + 1))] if page.number < page.last else []),
    ]


def menu_screen(t: Translator) -> Screen:
    """The administration's own menu."""
    return Screen(
        Html(f"<b>{t('Administration')}</b>"),
        rows(
            Button(t.plain("Invite a moderator"), StaffTap("moderator", 0)),
            Button(t.plain("Invite an official"), StaffTap("official", 0)),
            Button(t.plain("Bodies without an official"), MenuTap("uncovered")),
            [
                Button(t.plain("Staff"), StaffTap("staff", 0)),
                Button(t.plain("Open invitations"), StaffTap("invitations", 0)),
            ],
            [
                Button(t.plain("Numbers"), StaffTap("numbers", 0)),
                Button(t.plain("Audit trail"), StaffTap("audit", 0)),
            ],
            [
                Button(t.plain("Broadcasts"), MenuTap("broadcasts")),
                Button(t.plain("Surveys"), MenuTap("surveys_admin")),
            ],
            Button(t.plain("Messages on their way"), StaffTap("outbox", 0)),
            [
                Button(t.plain("Petitions to check"), MenuTap("queue")),
                Button(t.plain("Reasons for rejection"), MenuTap("reasons")),
            ],
            home_button(t),
        ),
    )


# --- inviting -----------------------------------------------------------------------------------------------


def which_place_screen(t: Translator, note: Html | None = None) -> Screen:
    """Asks for the place whose body an official speaks for."""
    return Screen(
        _lines(
            note,
            t("<b>Whom does the official speak for?</b>"),
            t("Write the place: a region, city, district or village."),
        ),
        rows(
            Button(t.plain("Government and ministries"), StaffTap("ministries", 0)),
            back_button(t, StaffTap("menu", 0)),
        ),
    )


def no_such_place_note(t: Translator, typed: str) -> Html:
    """Nothing is called like that."""
    return t("I know no place called “{typed}”. Write it differently.", typed=typed[:60])


def places_screen(t: Translator, gazetteer: Gazetteer, places: Sequence[Place]) -> Screen:
    """Several units may be meant."""
    return Screen(
        t("Which one is it?"),
        rows(
            *(Button(gazetteer.label(place.key, t.language)[:60], InvitePlaceTap(place.kato)) for place in places),
            back_button(t, StaffTap("official", 0)),
        ),
    )


def bodies_screen(t: Translator, gazetteer: Gazetteer, place: Place, bodies: Sequence[Body]) -> Screen:
    """The bodies responsible for a unit; a tap makes the invitation."""
    return Screen(
        t(
            "<b>{place}</b>\nFor which body? A tap makes the link.",
            place=gazetteer.label(place.key, t.language),
        ),
        rows(
            *(
                Button(
                    body.name_cap(t.language)[:60],
                    InviteBodyTap(
                        body.place.kato if body.place is not None else place.kato, body.key.partition(":")[0]
                    ),
                )
                for body in bodies
            ),
            back_button(t, StaffTap("official", 0)),
        ),
    )


def ministries_screen(t: Translator) -> Screen:
    """The central bodies an official may speak for."""
    return Screen(
        t("<b>Government and ministries</b>\nFor which body is the official?"),
        rows(
            *(
                Button(body.name_cap(t.language)[:60], InviteBodyTap(None, body_code(body)))
                for body in (GOVERNMENT, *ministries())
            ),
            back_button(t, StaffTap("official", 0)),
        ),
    )


def rank_screen(t: Translator, body: Body) -> Screen:
    """Asks whether the official leads the body."""
    code = body_code(body)
    return Screen(
        _lines(
            Html(f"<b>{safe(body.name_cap(t.language))}</b>"),
            t("Whom is the link for? The head is told what stays undone, besides everything an official sees."),
        ),
        rows(
            Button(t.plain("An official"), InviteRankTap(code, 0)),
            Button(t.plain("The head"), InviteRankTap(code, 1)),
            back_button(t, StaffTap("official", 0)),
        ),
    )


def made_screen(t: Translator, gazetteer: Gazetteer, made: MadeInvitation, link: str) -> Screen:
    """The link, shown this once."""
    role = role_name(t, gazetteer, made.role, made.body_key, is_head=made.is_head)
    return Screen(
        _lines(
            t("🔑 <b>Invitation made</b>"),
            role,
            Html(f"<code>{link}</code>"),
            t(
                "It works once, until {date}. Send it to one person; I do not show it again.",
                date=t.date_time(made.expires_at),
            ),
        ),
        rows(
            Button(t.plain("Copy the link"), copy=link),
            Button(t.plain("Send it on"), url=f"https://t.me/share/url?url={quote(link, safe='')}"),
            back_button(t, StaffTap("menu", 0)),
        ),
    )


def invitations_screen(
    t: Translator, gazetteer: Gazetteer, page: Page[OpenInvitation], note: Html | None = None
) -> Screen:
    """Invitations that still work, each with a button that cancels it."""
    shown = [
        t(
            "{number}. {role}, until {date}",
            number=str(invitation.id),
            role=role_name(t, gazetteer, invitation.role, invitation.body_key, is_head=invitation.is_head),
            date=t.date(invitation.expires_at),
        )
        for invitation in page.rows
    ]
    return Screen(
        _lines(
            note,
            Html(f"<b>{t('Open invitations')}</b>"),
            *(shown or [t("There are none.")]),
        ),
        rows(
            *(
                Button(
                    t.plain("Cancel № {number}", number=str(invitation.id)),
                    CancelInvitationTap(invitation.id, page.number),
                )
                for invitation in page.rows
            ),
            _turning("invitations", page),
            back_button(t, StaffTap("menu", 0)),
        ),
    )


def invitation_cancelled_note(t: Translator, *, done: bool) -> Html:
    """After the button that cancels an invitation."""
    return t("The invitation is cancelled.") if done else t("That invitation was used or cancelled before.")


def opened_screen(t: Translator, gazetteer: Gazetteer, opened: OpenedInvitation, token: str) -> Screen:
    """What somebody sees who opened an invitation link."""
    if opened.state is InvitationState.UNKNOWN or opened.role is None:
        text = t("This invitation link does not work. Ask for it again and copy all of it.")
        return Screen(text, rows(home_button(t)))
    role = role_name(t, gazetteer, opened.role, opened.body_key, is_head=opened.is_head)
    if opened.state is InvitationState.OPEN:
        return Screen(
            _lines(
                t("🔑 <b>You are invited</b>"),
                role,
                t(ROLE_DUTIES[opened.role]),
                t("What you do in this role is written down in the audit trail. Do you accept?"),
            ),
            rows(Button(t.plain("Accept"), AcceptTap(token)), Button(t.plain("No, thank you"), HomeTap())),
        )
    said = {
        InvitationState.HELD: N_("You hold this role already. The link is still unused."),
        InvitationState.YOURS: N_("You accepted this invitation before. It works only once."),
        InvitationState.USED: N_("Somebody has accepted this invitation. Each works only once: ask for a new one."),
        InvitationState.EXPIRED: N_("This invitation has run out. Ask for a new one."),
        InvitationState.CANCELLED: N_("This invitation was cancelled. Ask whoever sent it."),
    }[opened.state]
    return Screen(_lines(role, t(said)), rows(home_button(t)))


def accepted_screen(t: Translator, gazetteer: Gazetteer, opened: OpenedInvitation) -> Screen:
    """The role was taken."""
    role = opened.role if opened.role is not None else Role.MODERATOR
    return Screen(
        _lines(
            t("✅ <b>Welcome</b>"),
            role_name(t, gazetteer, role, opened.body_key, is_head=opened.is_head),
            t(ROLE_DUTIES[role]),
        ),
        rows(
            Button(t.plain("Petitions to check"), MenuTap("queue")) if role is Role.MODERATOR else None,
            Button(t.plain("Petitions to my body"), MenuTap("inbox")) if role is Role.OFFICIAL else None,
            home_button(t),
        ),
    )


# --- staff --------------------------------------------------------------------------------------------------


def _person(t: Translator, resident_id: int, telegram_id: int | None) -> Html:
    number = t("№ {number}", number=str(resident_id))
    return number if telegram_id is None else Html(f'<a href="tg://user?id={telegram_id}">{number}</a>')


def staff_screen(
    t: Translator, gazetteer: Gazetteer, page: Page[Member], admins: int, note: Html | None = None
) -> Screen:
    """Who holds a role, each with a button that ends it."""
    shown = [
        t(
            "{person}. {role}, since {date}",
            person=_person(t, member.resident_id, member.telegram_id),
            role=role_name(t, gazetteer, member.role, member.body_key, is_head=member.is_head),
            date=t.date(member.since),
        )
        for member in page.rows
    ]
    return Screen(
        _lines(
            note,
            Html(f"<b>{t('Staff')}</b>"),
            *(shown or [t("Nobody has accepted an invitation yet.")]),
            t.plural("{count} admin named in the settings", "{count} admins named in the settings", admins),
        ),
        rows(
            *(
                Button(
                    t.plain("End: № {number}", number=str(member.resident_id)) + f", {_role_word(t, member)}",
                    RevokeTap(member.grant_id, 0),
                )
                for member in page.rows
            ),
            _turning("staff", page),
            back_button(t, StaffTap("menu", 0)),
        ),
    )


def _role_word(t: Translator, member: Member) -> str:
    return t.plain("Head") if member.is_head else t.plain(ROLE_NAMES[member.role])


def revoke_screen(t: Translator, gazetteer: Gazetteer, member: Member) -> Screen:
    """What ending a role does, before it does."""
    return Screen(
        _lines(
            t("<b>End this role?</b>"),
            t(
                "{person}. {role}, since {date}",
                person=_person(t, member.resident_id, member.telegram_id),
                role=role_name(t, gazetteer, member.role, member.body_key, is_head=member.is_head),
                date=t.date(member.since),
            ),
            t("It ends at once, and the person is told. What was done in it stays."),
        ),
        rows(
            Button(t.plain("Yes, end it"), RevokeTap(member.grant_id, 1)),
            back_button(t, StaffTap("staff", 0)),
        ),
    )


def ended_note(t: Translator) -> Html:
    """After a role was ended."""
    return t("The role has ended, and the person is told.")


def ended_before_note(t: Translator) -> Html:
    """For the button of a role that had ended already."""
    return t("That role had ended before.")


def role_ended_screen(t: Translator, gazetteer: Gazetteer, role: Role, body_key: str | None) -> Screen:
    """To somebody whose role was ended."""
    return Screen(
        _lines(
            t("Your role has ended:"),
            role_name(t, gazetteer, role, body_key),
            t("Thank you for your work. Everything else works as before."),
        ),
        rows(home_button(t)),
    )


# --- numbers and audit trail --------------------------------------------------------------------------------


def numbers_screen(t: Translator, counted: PeopleCounted, more: Sequence[Html]) -> Screen:
    """How many people there are, and the lines other capabilities add."""
    return Screen(
        _lines(
            Html(f"<b>{t('Numbers')}</b>"),
            t("People: {count}", count=counted.people),
            t("Confirmed: {count}", count=counted.confirmed),
            t("Blocked the bot: {count}", count=counted.unreachable),
            t("Moderators: {count}", count=counted.moderators),
            t("Officials: {count}", count=counted.officials),
            Html(""),
            *more,
        ),
        rows(back_button(t, StaffTap("menu", 0))),
    )


def outbox_screen(t: Translator, report: OutboxReport, pace: OutboxPace) -> Screen:
    """How the messages on the bot's own initiative stand: what waits, how fast they go, what was given up."""
    waits = max(int(report.oldest_due_seconds), 0)
    return Screen(
        _lines(
            Html(f"<b>{t('Messages on their way')}</b>"),
            t("✅ All goes well.") if report.is_well else t("⚠️ Somebody should look: python -m bot doctor"),
            Html(""),
            t("Due now: {count}", count=report.due),
            t("The oldest waits: {minutes} min {seconds} s", minutes=waits // 60, seconds=waits % 60),
            t("For later (quiet hours, digests): {count}", count=report.later),
            t("Being sent: {count}", count=report.in_hand),
            t("Sent a minute: {count}", count=round(pace.per_minute)),
            t("Given up: {count} (within a day: {lately})", count=report.failed, lately=pace.failed_lately),
            t("Cards to bring up to date: {count}", count=report.live_due),
            t("Telegram asked to wait until {time}.", time=t.date_time(report.paused_until))
            if report.paused_until is not None
            else None,
            *(Html(f"• {kind}: {safe(error[:100])}") for _, kind, error in report.last_failures),
        ),
        rows(
            Button(t.plain("Look again"), StaffTap("outbox", 0)),
            back_button(t, StaffTap("menu", 0)),
        ),
    )


def _subject(t: Translator, subject: str) -> Html | str:
    kind, _, number = subject.partition(":")
    return t(SUBJECT_NAMES[kind], number=number) if kind in SUBJECT_NAMES else number or kind


def audit_screen(t: Translator, page: Page[AuditLine]) -> Screen:
    """What staff did, newest first."""
    shown = [
        t(
            "{time} · {action} · {subject} · by {actor}",
            time=t.date_time(line.at),
            action=t(ACTION_NAMES[line.action]) if line.action in ACTION_NAMES else line.action,
            subject=_subject(t, line.subject),
            actor=t("№ {number}", number=str(line.actor_id)) if line.actor_id is not None else "—",
        )
        for line in page.rows
    ]
    return Screen(
        _lines(
            Html(f"<b>{t('Audit trail')}</b>"),
            *(shown or [t("Nothing has happened yet.")]),
            t("Page {page} of {pages}", page=page.number + 1, pages=page.last + 1) if page.last else None,
        ),
        rows(_turning("audit", page), back_button(t, StaffTap("menu", 0))),
    )

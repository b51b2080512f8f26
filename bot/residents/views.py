"""What the main menu, language, settings, help, confirming and privacy look like."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from bot.i18n import LANGUAGE_NAMES, LANGUAGES, N_, Html, Translator
from bot.residents.models import Role
from bot.residents.rules import Confirming, MoveOffer, Operator, Stored
from bot.screen import Button, Picture, Screen, Tap, rows

EXPORT: Final = "export"
"""Kind of the picture (here a file) with everything kept about a person; its reference is the resident's id."""

ROLE_NAMES: Final[dict[Role, str]] = {
    Role.MODERATOR: N_("Moderator"),
    Role.OFFICIAL: N_("Official"),
    Role.ADMIN: N_("Admin"),
}


class HomeTap(Tap, prefix="hm"):
    """Show the main menu."""


class MenuTap(Tap, prefix="mn"):
    """A line of a menu that another capability answers: "find", "new", "my", "queue", "inbox", "notifications"."""

    to: str


class PlaceTap(Tap, prefix="rpl"):
    """Ask where the person lives."""


class StaffTap(Tap, prefix="rst"):
    """A screen of the administration: "menu", "staff", "invitations", "audit", "numbers", "moderator", "official"."""

    to: str
    page: int


class GoTap(Tap, prefix="rgo"):
    """Show "language", "settings", "privacy" or go on "confirm"-ing."""

    to: str


class LanguageTap(Tap, prefix="rlg"):
    """Speak a language from now on and draw the screen `back` ("home", "language") in it."""

    language: str
    back: str


class HelpTap(Tap, prefix="rhp"):
    """Show a page of the help, counted from 0."""

    page: int


class ConsentTap(Tap, prefix="rcn"):
    """About the consent of a version: "ask" for it, "agree" to it as read in a language, show it in "full".

    "text" shows it in full to somebody who came from the privacy screen and goes back there.
    """

    do: str
    version: str
    language: str


class CitizenTap(Tap, prefix="rcz"):
    """The answer to whether somebody is a citizen: "yes" or "no"."""

    answer: str


class MoveTap(Tap, prefix="rmv"):
    """Move a number from another account to this one; `proof` shows that the number was shown here."""

    source: int
    until: int
    proof: str
    sure: int


class PrivacyTap(Tap, prefix="rpv"):
    """ "export", "withdraw" or "delete"; the last two happen only when `sure` is 1."""

    do: str
    sure: int


def _lines(*lines: Html | None) -> Html:
    return Html("\n".join(line for line in lines if line is not None))


def home_button(t: Translator) -> Button:
    """The button that leads to the main menu."""
    return Button(t.plain("Main menu"), HomeTap())


def back_button(t: Translator, tap: Tap) -> Button:
    """The button one step back."""
    return Button(t.plain("Back"), tap)


# --- main menu ----------------------------------------------------------------------------------------------


def home_screen(
    t: Translator,
    *,
    place: str | None,
    language_chosen: bool,
    roles: Collection[Role] = (),
    first: bool = False,
    note: Html | None = None,
) -> Screen:
    """The main menu; as a greeting when it is the first contact, below a note when something was just done."""
    greeting = (
        _lines(
            t("👋 Hello! This is <b>Halyq Úni</b>, the people's voice."),
            t("Find petitions near you, sign them, start your own and hear what the authorities answer."),
        )
        if first
        else Html(f"<b>{t('Main menu')}</b>")
    )
    where = (
        t("To see what concerns you, tell me where you live: press “My place”.")
        if place is None
        else t("My place: {place}", place=place)
    )
    text = _lines(note, Html("") if note is not None else None, greeting, where)
    languages = [Button(LANGUAGE_NAMES[language], LanguageTap(language, "home")) for language in LANGUAGES]
    return Screen(
        text,
        rows(
            [
                Button(t.plain("Find"), MenuTap("find")),
                Button(t.plain("Start a petition"), MenuTap("new")),
            ],
            [Button(t.plain("My petitions"), MenuTap("my")), Button(t.plain("Surveys"), MenuTap("surveys"))],
            Button(t.plain("My place"), PlaceTap()),
            None if language_chosen else languages,
            [
                *([Button(t.plain("Language"), GoTap("language"))] if language_chosen else []),
                Button(t.plain("Settings"), GoTap("settings")),
                Button(t.plain("Help"), HelpTap(0)),
            ],
            Button(t.plain("Petitions to check"), MenuTap("queue")) if Role.MODERATOR in roles else None,
            Button(t.plain("Petitions to my body"), MenuTap("inbox")) if Role.OFFICIAL in roles else None,
            Button(t.plain("Administration"), StaffTap("menu", 0)) if Role.ADMIN in roles else None,
        ),
    )


def group_screen(t: Translator, link: str) -> Screen:
    """What a command gets in a group: one line and the way to the private chat."""
    return Screen(
        t("I find and sign petitions with people one to one. Write to me in private:"),
        rows(Button(t.plain("Open the bot"), url=link)),
    )


def cancelled_note(t: Translator, *, was: str | None) -> Html:
    """What /cancel says: what was left and what is kept. `was` is what the next text had meant."""
    if was is None:
        return t("There was nothing to cancel.")
    if was == "draft":
        return t("Cancelled. Your draft is kept: it is under “My petitions”.")
    return t("Cancelled. Everything you had saved is kept.")


def link_dead_note(t: Translator) -> Html:
    """For a start parameter that leads nowhere."""
    return t("That link no longer works. Here is the main menu.")


# --- language and settings ----------------------------------------------------------------------------------


def language_screen(t: Translator) -> Screen:
    """Three languages, each in its own name; the present one is marked."""
    return Screen(
        t("🌐 Which language shall we speak?"),
        rows(
            *(
                Button(
                    f"{'✓ ' if language == t.language else ''}{LANGUAGE_NAMES[language]}",
                    LanguageTap(language, "language"),
                )
                for language in LANGUAGES
            ),
            [back_button(t, GoTap("settings")), home_button(t)],
        ),
    )


def settings_screen(t: Translator, stored: Stored, *, confirmed: bool) -> Screen:
    """Language, place and phone as they stand, and the ways to change them."""
    place = stored.place.name(t.language) if stored.place is not None else t.plain("not chosen")
    return Screen(
        _lines(
            Html(f"<b>{t('Settings')}</b>"),
            t("Language: {language}", language=LANGUAGE_NAMES[t.language]),
            t("My place: {place}", place=place),
            t("Phone: confirmed, you can sign") if confirmed else t("Phone: not confirmed yet"),
        ),
        rows(
            [Button(t.plain("Language"), GoTap("language")), Button(t.plain("My place"), PlaceTap())],
            None if confirmed else Button(t.plain("Confirm my number"), GoTap("confirm")),
            [Button(t.plain("Notifications"), MenuTap("notifications")), Button(t.plain("My data"), GoTap("privacy"))],
            home_button(t),
        ),
    )


# --- help ---------------------------------------------------------------------------------------------------

HELP_PAGES: Final = (
    N_(
        "<b>What is a petition?</b>\n"
        "A request to the authorities that many people join. Once enough have, the body it is addressed to "
        "has to consider it and answer in public.\n"
        "Whom to write to, a district or the capital, I will work out with you."
    ),
    N_(
        "<b>How do I sign?</b>\n"
        "Press “Find”, pick a petition and read it. If you agree, press “Sign”.\n"
        "The first time I ask for your number, with one button. After that a signature is one tap, and you "
        "can take it back."
    ),
    N_(
        "<b>How do I start my own?</b>\n"
        "Press “Start a petition” and answer a few short questions: what is wrong, what should be done, "
        "where.\n"
        "I keep your draft after each answer, so you can stop at any moment and come back."
    ),
    N_(
        "<b>What happens then?</b>\n"
        "Supporters join by your link, a moderator checks the text, and everybody can sign.\n"
        "When there are enough signatures, it goes to the body. I will tell you of every step and of the "
        "decision."
    ),
    N_(
        "<b>Is it safe?</b>\n"
        "Nobody sees who signed. Your number is not stored, only a hash of it. See or delete your data: "
        "/privacy\n"
        "Stuck somewhere? /cancel always brings you out, /start opens the main menu."
    ),
)
"""The help, one small step a page."""


_STAFF_HELP: Final = {
    Role.OFFICIAL: N_("You speak for a body: /inbox opens its petitions, /digest sets its summary and when it comes."),
    Role.MODERATOR: N_("You check petitions: /queue"),
    Role.ADMIN: N_("You are an admin: /admin"),
}


def help_screen(t: Translator, page: int, roles: Collection[Role] = ()) -> Screen:
    """One page of the help; the first one names what staff have besides."""
    page = min(max(page, 0), len(HELP_PAGES) - 1)
    last = page == len(HELP_PAGES) - 1
    staff = [t(words) for role, words in _STAFF_HELP.items() if role in roles and not page]
    step = t("{page} of {pages}", page=page + 1, pages=len(HELP_PAGES))
    return Screen(
        _lines(t(HELP_PAGES[page]), *([Html(""), *staff] if staff else []), Html(""), Html(f"<i>{step}</i>")),
        rows(
            Button(t.plain("Find"), MenuTap("find")) if last else Button(t.plain("Next"), HelpTap(page + 1)),
            Button(t.plain("How moderation works"), MenuTap("modlog")) if last else None,
            [*([back_button(t, HelpTap(page - 1))] if page else []), home_button(t)],
        ),
    )


# --- confirming ---------------------------------------------------------------------------------------------


def confirming_screen(t: Translator, confirming: Confirming, *, back: Tap | None = None) -> Screen:
    """The next step of confirming. `back` is where the first step's Back leads; the main menu when not given."""
    if confirming.missing == "consent":
        version = confirming.consent.version
        return Screen(
            confirming.consent.summary(t, operator=confirming.operator.shown_name(t)),
            rows(
                Button(t.plain("I agree"), ConsentTap("agree", version, t.language)),
                Button(t.plain("Read in full"), ConsentTap("full", version, t.language)),
                back_button(t, back or HomeTap()),
            ),
        )
    if confirming.missing == "citizen":
        return Screen(
            _lines(
                t("<b>Are you a citizen of Kazakhstan?</b>"),
                t("By law, petitions are for citizens (APPK art. 90-1(2))."),
            ),
            rows(
                [
                    Button(t.plain("Yes, I am"), CitizenTap("yes")),
                    Button(t.plain("No"), CitizenTap("no")),
                ],
                back_button(t, back or HomeTap()),
            ),
        )
    if confirming.missing == "phone":
        return phone_screen(t)
    return confirmed_screen(t, confirming.then)


def consent_text_screen(t: Translator, confirming: Confirming, *, agreed: bool, from_privacy: bool = False) -> Screen:
    """The whole consent text, with the button that agrees while it is not agreed to. Back leads where one came from."""
    operator, consent = confirming.operator, confirming.consent
    text = consent.full(t, operator=operator.shown_name(t), bin_number=operator.bin, contact=operator.contact)
    if agreed:
        return Screen(text, rows([back_button(t, GoTap("privacy")), home_button(t)]))
    return Screen(
        text,
        rows(
            Button(t.plain("I agree"), ConsentTap("agree", consent.version, t.language)),
            back_button(t, GoTap("privacy") if from_privacy else ConsentTap("ask", consent.version, t.language)),
        ),
    )


def citizen_yes_screen(t: Translator) -> Screen:
    """What becomes of the question about citizenship once it is answered with yes."""
    return Screen(t("✓ Citizen of Kazakhstan"))


def citizen_no_screen(t: Translator) -> Screen:
    """For people who are not citizens: why they cannot sign, and what they can do."""
    return Screen(
        _lines(
            t(
                "Thank you for telling. By law only citizens of Kazakhstan start and sign petitions (APPK "
                "art. 90-1(2))."
            ),
            t("You can still read petitions and follow them."),
        ),
        rows(
            Button(t.plain("Find"), MenuTap("find")),
            Button(t.plain("I am a citizen"), CitizenTap("yes")),
            home_button(t),
        ),
    )


def phone_screen(t: Translator, problem: Html | None = None) -> Screen:
    """Asks for the number by Telegram's own button, below what was wrong with the last try."""
    ask = t("📱 Last step: press “Send my number” below. Telegram sends your own number, and I keep only a hash of it.")
    return Screen(
        problem or ask,
        below=rows(Button(t.plain("Send my number"), ask="contact"), Button(t.plain("Cancel"))),
    )


def typed_number_problem(t: Translator) -> Html:
    """Why a typed number does not do."""
    return t("I cannot check a number that was typed. Press “Send my number” below, it is one tap.")


def not_own_contact_problem(t: Translator) -> Html:
    """Why somebody else's or a forwarded contact does not do."""
    return t("This is not your own number. Press “Send my number” below, and Telegram sends yours.")


def not_kazakh_note(t: Translator) -> Html:
    """Why a foreign number does not do, and what works without one."""
    return t(
        "This number is not from Kazakhstan, so signing does not work with it. I have not kept it.\n"
        "Reading and following work as they are. With a Kazakhstan number in Telegram, come back "
        "to Settings."
    )


def thanks_screen(t: Translator) -> Screen:
    """A word of thanks that takes the buttons below the writing field away."""
    return Screen(t("Thank you."), remove_below=True)


def confirmed_screen(t: Translator, then: Tap | None) -> Screen:
    """Everything is confirmed; the first button goes on with what the person was about to do."""
    return Screen(
        t("✅ Your number is confirmed. You can now sign and start petitions."),
        rows(Button(t.plain("Continue"), then) if then is not None else None, home_button(t)),
    )


def already_confirmed_note(t: Translator) -> Html:
    """For a number shared although the account is confirmed."""
    return t("Your number is confirmed already, nothing has to be sent.")


def taken_screen(t: Translator, offer: MoveOffer) -> Screen:
    """The number belongs to another account: what that means, and the offer to move it."""
    return Screen(
        _lines(
            t("This number is confirmed in another Telegram account, and one number belongs to one account."),
            t("If that account was yours too, you can move the number here."),
        ),
        rows(
            Button(t.plain("Move to this account"), MoveTap(offer.source_id, offer.until, offer.proof, 0)),
            home_button(t),
        ),
    )


def move_screen(t: Translator, offer: MoveOffer) -> Screen:
    """What moves, with numbers, before it does."""
    return Screen(
        _lines(
            t("<b>Move your number to this account?</b>"),
            t("These move with it:"),
            *held_lines(t, offer.held),
            t("The other account can no longer sign and is told so."),
        ),
        rows(
            Button(t.plain("Yes, move"), MoveTap(offer.source_id, offer.until, offer.proof, 1)),
            back_button(t, HomeTap()),
        ),
    )


def move_late_screen(t: Translator) -> Screen:
    """The offer to move has run out."""
    return Screen(
        t("This offer has run out. Nothing was moved; send your number once more to go on."),
        rows(Button(t.plain("Confirm my number"), GoTap("confirm")), home_button(t)),
    )


def account_moved_screen(t: Translator, held: Mapping[str, int]) -> Screen:
    """To the account a number was moved away from."""
    return Screen(
        _lines(
            t("Your number was moved to another Telegram account, at the request of whoever holds it."),
            t("These moved with it:"),
            *held_lines(t, held),
            t(
                "If that was not you, someone else has your SIM card: call your mobile operator. Then "
                "confirm the number here again."
            ),
        ),
        rows(Button(t.plain("Confirm my number"), GoTap("confirm")), home_button(t)),
    )


def held_lines(t: Translator, held: Mapping[str, int], *, zeros: bool = False) -> list[Html]:
    """How much is kept about a person, a line a kind; kinds there is nothing of are left out unless `zeros`."""
    kinds = {
        "signatures": t.plural("{count} signature", "{count} signatures", held.get("signatures", 0)),
        "petitions": t.plural("{count} petition of yours", "{count} petitions of yours", held.get("petitions", 0)),
        "drafts": t.plural("{count} draft", "{count} drafts", held.get("drafts", 0)),
        "wishes": t.plural(
            "{count} wish you wrote to the bot", "{count} wishes you wrote to the bot", held.get("wishes", 0)
        ),
        "follows": t.plural("{count} followed petition", "{count} followed petitions", held.get("follows", 0)),
        "interests": t.plural(
            "{count} followed place or topic", "{count} followed places and topics", held.get("interests", 0)
        ),
        "opinions": t.plural("{count} opinion of a decision", "{count} opinions of decisions", held.get("opinions", 0)),
        "surveys": t.plural("{count} survey you answered", "{count} surveys you answered", held.get("surveys", 0)),
        "about": t("age or sex, told in a survey") if held.get("about") else t("age and sex: not told"),
    }
    shown = [Html(f"• {words}") for kind, words in kinds.items() if zeros or held.get(kind)]
    return shown or [t("• nothing yet")]


# --- privacy ------------------------------------------------------------------------------------------------


def privacy_screen(t: Translator, stored: Stored, operator: Operator, roles: Collection[Role] = ()) -> Screen:
    """What is kept about the person, and the rights over it."""
    place = stored.place.name(t.language) if stored.place is not None else t.plain("not chosen")
    phone = (
        t("• phone: a hash of the number, confirmed on {date}", date=t.date(stored.phone_confirmed_at))
        if stored.phone_confirmed_at is not None
        else t("• phone: not kept")
    )
    consent = (
        t("• your consent of {date}", date=t.date(stored.consent_given_at))
        if stored.consent_given_at is not None
        else None
    )
    agreed = stored.consent_version is not None
    return Screen(
        _lines(
            t("🔒 <b>What is stored about you</b>"),
            t("• Telegram account number and language"),
            t("• place: {place}", place=place),
            phone,
            consent,
            t("• your role: {role}", role=", ".join(t.plain(ROLE_NAMES[role]) for role in ROLE_NAMES if role in roles))
            if any(role in roles for role in ROLE_NAMES)
            else None,
            t("• the words you searched for last") if stored.has_words else None,
            *held_lines(t, stored.held, zeros=True),
            Html(""),
            t("I do not ask for your name, IIN or address. Operator: {operator}", operator=operator.shown_name(t)),
        ),
        rows(
            Button(t.plain("Download my data"), PrivacyTap("export", 1)),
            Button(t.plain("Consent text"), ConsentTap("text", stored.consent_version or "", t.language)),
            Button(t.plain("My age and sex"), MenuTap("about")) if stored.held.get("about") else None,
            Button(t.plain("Withdraw consent"), PrivacyTap("withdraw", 0)) if agreed else None,
            Button(t.plain("Delete my data"), PrivacyTap("delete", 0)),
            [back_button(t, GoTap("settings")), home_button(t)],
        ),
    )


def export_screen(t: Translator, resident_id: int) -> Screen:
    """The file with everything kept about the person."""
    return Screen(
        t("Everything stored about you, as a JSON file."),
        picture=Picture(EXPORT, resident_id, t.language, as_document=True),
    )


def withdraw_screen(t: Translator, stored: Stored) -> Screen:
    """What withdrawing the consent does, before it does."""
    return Screen(
        _lines(
            t("<b>Withdraw your consent?</b>"),
            t(
                "The hash of your number and your statement of citizenship are deleted at once. You can "
                "no longer sign or start petitions until you confirm again."
            ),
            t.plural(
                "{count} signature you gave stays counted. To take it back, do so before under “My petitions”.",
                "{count} signatures you gave stay counted. To take them back, do so before under “My petitions”.",
                stored.held.get("signatures", 0),
            )
            if stored.held.get("signatures")
            else None,
        ),
        rows(
            Button(t.plain("Yes, withdraw"), PrivacyTap("withdraw", 1)),
            back_button(t, GoTap("privacy")),
        ),
    )


def withdrawn_note(t: Translator) -> Html:
    """After the consent was withdrawn."""
    return t("Your consent is withdrawn; the hash of your number is deleted.")


def delete_screen(t: Translator, stored: Stored) -> Screen:
    """What deletion does, with numbers, before it does."""
    return Screen(
        _lines(
            t("🗑 <b>Delete everything about you?</b>"),
            t(
                "Signatures and answers to surveys that are over stay as anonymous counts, petitions go on without an "
                "author, the rest is deleted:"
            ),
            *held_lines(t, stored.held),
            t("Language, place, phone and roles are forgotten. This is final and cannot be undone."),
            t("With the same number, what you signed cannot be signed a second time."),
        ),
        rows(
            Button(t.plain("Yes, delete for good"), PrivacyTap("delete", 1)),
            back_button(t, GoTap("privacy")),
        ),
    )


def erased_screen(t: Translator) -> Screen:
    """The last words to somebody who had everything deleted."""
    return Screen(t("Done, your data are deleted. Thank you for being with us. To begin anew: /start"))

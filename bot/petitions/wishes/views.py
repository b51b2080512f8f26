"""What a wish is answered with: whose matter it is, why, petitions like it, and where to go from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.i18n import N_, Html, Translator, bold, safe
from bot.law.channels import Contact, fitting
from bot.law.forbidden import Channel, ForbiddenHit
from bot.law.naming import article_words
from bot.petitions.competence import Option
from bot.petitions.naming import addressee, because
from bot.petitions.reading.views import FindTap, entry
from bot.petitions.search.views import ValueTap
from bot.petitions.twins.words import why
from bot.petitions.wishes.rules import GUESS, Judged
from bot.petitions.wishes.similar import Alike
from bot.petitions.writing.views import BUTTON_CHARACTERS, NewTap, body_line, clip, join, lines
from bot.places.bodies import body_code
from bot.places.tree import Gazetteer, Place
from bot.residents.dwelling.views import ChooseTap
from bot.residents.views import HomeTap
from bot.routing.knowledge import knowledge
from bot.screen import Button, Rows, Screen, Tap, rows

REASONS_SHOWN: Final = 160
"""Characters of a reason in the list of bodies."""


class WishTap(Tap, prefix="wi"):
    """Show a wish as far as it is settled."""

    wish: int


class AnswerWishTap(Tap, prefix="wa"):
    """Answer the one question; without an answer, ask it again."""

    wish: int
    answer: str | None


class OthersTap(Tap, prefix="wo"):
    """«Not this body»: show the others."""

    wish: int


class PickTap(Tap, prefix="wb"):
    """Choose a body against the proposal; without one, go back to the proposal."""

    wish: int
    body: str | None


class ElsewhereTap(Tap, prefix="we"):
    """Show whom to ask instead of a petition."""

    wish: int


class WishPlaceTap(Tap, prefix="wp"):
    """Say where one lives, or which village it is about, and come back."""

    wish: int


class WishUnitTap(Tap, prefix="wu"):
    """Say which of several units of one name a wish is about."""

    wish: int
    kato: str


class StartWishTap(Tap, prefix="wn"):
    """Start a petition with the words of a wish."""

    wish: int


class AlikeTap(Tap, prefix="wl"):
    """A page (from 0) of all petitions like a wish."""

    wish: int
    page: int


class AlikeEntryTap(Tap, prefix="wc"):
    """Show the card of a petition like a wish; Back leads to the wish, or to the page it stood on."""

    wish: int
    page: int | None
    number: int


CHANNEL_WORDS: Final[dict[Channel, str]] = {
    Channel.SERVICE_109: N_("☎️ No petition needed: report it to 109, it is faster."),
    Channel.POLICE_102: N_("🚓 This is for the police: call 102 now."),
    Channel.RESCUE_112: N_("🚨 Somebody is in danger? Call 112 now."),
    Channel.COURT: N_("⚖️ A petition cannot change a court's decision: appeal to the higher court."),
    Channel.APPEAL: N_("✉️ Your own case goes faster as an appeal on eOtinish.kz: an answer in 15 working days."),
    Channel.OTHER: N_("⚠️ This may not be a matter for a petition."),
}

LEVEL_WORDS: Final[dict[tuple[str, str], str]] = {
    ("akimat", "region"): N_("the akimat of your region, or of Almaty, Astana or Shymkent"),
    ("akimat", "district"): N_("the akimat of your district or city"),
    ("akimat", "rural"): N_("the akim of your village or town"),
    ("maslikhat", "region"): N_("the maslikhat of your region, or of Almaty, Astana or Shymkent"),
    ("maslikhat", "district"): N_("the maslikhat of your district or city"),
}


def hint(t: Translator, hit: ForbiddenHit) -> Html:
    """Where a wish belongs when it is not a matter for a petition, or which point of the law forbids it."""
    if hit.point is None:
        return Html(f"{t(CHANNEL_WORDS[hit.channel])}\n{safe(hit.safer(t.language))}")
    forbidden = t(
        "⚠️ This may be a subject that no petition can have ({article}): {point}",
        article=article_words(t, hit.point.article),
        point=hit.point.plain(t.language),
    )
    return Html(f"{forbidden}\n{safe(hit.safer(t.language))}")


# --- the wish itself ------------------------------------------------------------------------------------------------


def wish_screen(t: Translator, judged: Judged, similar: Alike, places: Mapping[str, Place], today: date) -> Screen:
    """The answer to a wish, in one message."""
    alike = _alike(t, similar, places, today)
    if judged.question is not None:
        return _question_screen(t, judged, similar, alike)
    if judged.is_unclear:
        head, own = _unclear(t), _unclear_buttons(t, judged)
    elif judged.best is not None or judged.decision.redirect is None:
        head, own = _responsible(t, judged), _petition_buttons(t, judged)
    else:
        head, own = _elsewhere(t, judged), _redirect_buttons(t, judged)
    back = Button(t.plain("Back"), tap=_back(judged)) if judged.picked or judged.was_asked else None
    home = Button(t.plain("Main menu"), tap=HomeTap())
    return Screen(
        join(head, alike),
        (*_entries(t, judged, similar), *own, *rows([back, home] if back is not None else home)),
    )


def _back(judged: Judged) -> Tap:
    return PickTap(judged.wish, None) if judged.picked else AnswerWishTap(judged.wish, None)


def _alike(t: Translator, similar: Alike, places: Mapping[str, Place], today: date) -> Html:
    if not similar.petitions:
        return t("There is no petition like this yet. You can start one with your words.")
    found = [
        lines(
            entry(t, index, petition, places.get(petition.place_key), today),
            why(t, similar.twins[petition.id]) if petition.id in similar.twins else None,
        )
        for index, petition in enumerate(similar.petitions, start=1)
    ]
    return lines(bold(t.plain("🔎 Petitions like this")), *found)


def _entries(t: Translator, judged: Judged, similar: Alike) -> Rows:
    """The petitions' numbers as buttons, and the way to more of them."""
    numbers = [
        Button(str(index), tap=AlikeEntryTap(judged.wish, None, petition.id))
        for index, petition in enumerate(similar.petitions, start=1)
    ]
    if similar.has_next:
        numbers.append(Button(t.plain("More…"), tap=AlikeTap(judged.wish, 0)))
    return rows(numbers)


def alike_screen(t: Translator, wish: int, similar: Alike, places: Mapping[str, Place], today: date) -> Screen:
    """A page of all petitions like a wish."""
    found = [
        entry(t, index, petition, places.get(petition.place_key), today)
        for index, petition in enumerate(similar.petitions, start=1)
    ]
    turn = [
        Button("‹", tap=AlikeTap(wish, similar.page - 1)) if similar.page > 0 else None,
        Button("›", tap=AlikeTap(wish, similar.page + 1)) if similar.has_next else None,
    ]
    is_part = similar.page > 0 or similar.has_next
    return Screen(
        join(
            bold(t.plain("🔎 Petitions like this")),
            *found,
            Html(f"<i>{t('Page {page}', page=similar.page + 1)}</i>") if is_part else None,
        ),
        rows(
            [
                Button(str(index), tap=AlikeEntryTap(wish, similar.page, petition.id))
                for index, petition in enumerate(similar.petitions, start=1)
            ],
            [button for button in turn if button is not None],
            Button(t.plain("Back"), tap=WishTap(wish)),
        ),
    )


def _question_screen(t: Translator, judged: Judged, similar: Alike, alike: Html) -> Screen:
    asked = judged.question
    if asked is None:
        raise ValueError("there is no question")
    subject = knowledge().subjects.get(judged.decision.subject or "")
    about = [subject.name(t.language)] if subject is not None else []
    if judged.place is not None:
        about.append(judged.place.name(t.language))
    return Screen(
        join(
            lines(
                bold(f"❓ {asked.text[t.language]}"),
                Html(f"<i>{safe(' · '.join(about))}</i>") if about else None,
            ),
            t("One answer, and I can say who decides and how many signatures that takes."),
            alike if similar.petitions else None,
        ),
        (
            *rows(
                *([Button(words[t.language], tap=AnswerWishTap(judged.wish, body))] for body, words in asked.answers),
                Button(t.plain("I do not know"), tap=AnswerWishTap(judged.wish, GUESS)),
            ),
            *_entries(t, judged, similar),
            *rows(Button(t.plain("Main menu"), tap=HomeTap())),
        ),
    )


def _unclear(t: Translator) -> Html:
    return lines(
        t("🤔 I cannot tell yet whose matter this is."),
        t("Write in a sentence what should change and where: <i>street lamps on Abai Street in Talgar</i>."),
    )


def _unclear_buttons(t: Translator, judged: Judged) -> Rows:
    return rows(
        Button(t.plain("✍️ Start a petition"), tap=StartWishTap(judged.wish)),
        [_others_button(t, judged, t.plain("Show who could decide")), _elsewhere_button(t, judged)],
    )


def _responsible(t: Translator, judged: Judged) -> Html:
    decision, best = judged.decision, judged.best
    parts: list[Html | None] = []
    if judged.answer is not None:
        parts.append(t("You answered: {answer}", answer=judged.answer))
    if best is not None:
        parts.append(Html(f"🏛 {bold(addressee(t, best.body))}"))
        parts.append(_needed(t, best))
        if judged.picked and judged.proposed is not None and judged.proposed != best.body:
            parts.append(
                t(
                    "You chose it yourself. By the words I would say: {body}.",
                    body=addressee(t, judged.proposed, cap=False),
                )
            )
        elif judged.picked and judged.decision.redirect is not None:
            parts.append(t("You chose it yourself. By the words I would say that no petition is needed."))
    else:
        level = LEVEL_WORDS.get((decision.body, decision.level or ""))
        parts.append(Html(f"🏛 {bold(_capital(t.plain(level)))}") if level is not None else None)
    reason = best.reason if best is not None else next(iter(decision.reasons), None)
    parts.append(because(t, reason))
    parts.append(_agency(t, judged))
    parts.append(_where(t, judged))
    if judged.is_guess:
        percent = t.percent(round(decision.confidence, 2))
        parts.append(
            t("🤔 It is only a guess, I am {percent} sure. If it is wrong, choose another below.", percent=percent)
        )
    warned = hint(t, judged.warning) if judged.warning is not None else None
    left = t("If you go on, a moderator reads the text and decides.") if warned is not None else None
    return join(lines(*parts), lines(warned, left))


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _needed(t: Translator, option: Option) -> Html:
    needed = option.threshold
    where = article_words(t, needed.article)
    if needed.votes is None:
        return t(
            "How many signatures it needs is not known: there is no number of residents ({article}).", article=where
        )
    return t.plural(
        "With {count} signature it must answer ({article}).",
        "With {count} signatures it must answer ({article}).",
        needed.votes,
        article=where,
    )


def _agency(t: Translator, judged: Judged) -> Html | None:
    """The central body in charge where it is none of the Government's, for which the Code has no threshold."""
    ministry = knowledge().ministries.get(judged.decision.ministry or "")
    if ministry is None or ministry.of_government or judged.picked:
        return None
    return t(
        "In charge: {body}. It is not part of the Government, and the law names no threshold for it: the Government's "
        "is shown.",
        body=ministry.name(t.language),
    )


def _where(t: Translator, judged: Judged) -> Html | None:
    if judged.best is not None and judged.best.body.place is None:
        return None
    if judged.place is None:
        return t("📍 I do not know your place yet: say it, and I name the body and the number.")
    place = judged.place.name(t.language)
    if judged.village_unknown and not judged.picked:
        return t("📍 {place}. If it is about one village or town, its akim decides: choose it below.", place=place)
    if judged.namesakes:
        return t(
            "📍 Several places bear this name; I took: {place}. If you mean another one, say so below.", place=place
        )
    if judged.is_named:
        return t("📍 {place}, as you wrote", place=place)
    return t("📍 {place}, where you live", place=place)


def _petition_buttons(t: Translator, judged: Judged) -> Rows:
    place = None
    if judged.place is None and judged.decision.body != "government":
        place = Button(t.plain("📍 Say where I live"), tap=WishPlaceTap(judged.wish))
    elif judged.village_unknown and not judged.picked and not judged.is_named:
        place = Button(t.plain("📍 Choose the village or town"), tap=WishPlaceTap(judged.wish))
    return rows(
        place,
        *(Button(f"📍 {label}", tap=WishUnitTap(judged.wish, one.kato)) for one, label in judged.namesakes),
        Button(t.plain("✍️ Start a petition"), tap=StartWishTap(judged.wish)),
        [_others_button(t, judged, t.plain("Not this body")), _elsewhere_button(t, judged)],
    )


def _elsewhere(t: Translator, judged: Judged) -> Html:
    """What is no petition matter: why, and where to turn."""
    decision = judged.decision
    answered = t("You answered: {answer}", answer=judged.answer) if judged.answer is not None else None
    guess = t("🤔 I am not quite sure: if it concerns many people, a petition is right.") if judged.is_guess else None
    if decision.redirect == "excluded_subject":
        reason = next(iter(decision.reasons), None)
        if judged.warning is not None:
            said: Html | None = hint(t, judged.warning)
        elif reason is not None and decision.point is not None:
            said = t(
                "⚠️ This may be a subject that no petition can have ({article}): {point}",
                article=article_words(t, f"90-2(3)({decision.point})"),
                point=reason.texts[t.language],
            )
        else:
            said = t(CHANNEL_WORDS[Channel.OTHER])
        return join(
            answered,
            said,
            t("It is a warning, not a ban: a moderator reads every petition and decides."),
            guess,
        )
    channel = next((one for one in Channel if one.value == decision.redirect), Channel.OTHER)
    reason = next(iter(decision.reasons), None)
    return join(
        answered,
        lines(t(CHANNEL_WORDS[channel]), because(t, reason)),
        guess,
    )


def _redirect_buttons(t: Translator, judged: Judged) -> Rows:
    contact = next(iter(fitting(judged.decision.redirect)), None)
    page = _page_button(t, contact) if contact is not None and contact.key == judged.decision.redirect else None
    return rows(
        page,
        Button(t.plain("Show who could decide"), tap=OthersTap(judged.wish))
        if judged.decision.redirect == "excluded_subject"
        else Button(t.plain("It concerns many people"), tap=OthersTap(judged.wish)),
        [
            Button(t.plain("✍️ Start a petition"), tap=StartWishTap(judged.wish)),
            _elsewhere_button(t, judged),
        ],
    )


def _others_button(t: Translator, judged: Judged, label: str) -> Button:
    return Button(label, tap=OthersTap(judged.wish))


def _elsewhere_button(t: Translator, judged: Judged) -> Button:
    return Button(t.plain("Ask someone else"), tap=ElsewhereTap(judged.wish))


# --- the other bodies, and other ways ---------------------------------------------------------------------------------


def others_screen(t: Translator, judged: Judged) -> Screen:
    """All bodies that could answer, each with its threshold and why, to choose from."""
    shown = [option for option in judged.options if judged.best is None or option.body != judged.best.body]
    about: list[Html] = []
    said: set[str] = set()
    for option in shown:
        why = option.reason.texts[t.language] if option.reason is not None else ""
        # Bodies of one kind at two levels have the same reason; once is enough.
        fresh = why if why not in said else ""
        said.add(why)
        about.append(
            lines(
                Html(f"• {body_line(t, option.body, option.threshold.votes)}"),
                Html(f"<i>{safe(clip(fresh, REASONS_SHOWN))}</i>") if fresh else None,
            )
        )
    return Screen(
        join(
            t("<b>Who else could decide</b>"),
            lines(*about),
            t("The number is how many signatures oblige a body to answer. Your choice is kept for the petition."),
            t("📍 I do not know your place yet: say it, and I name the body and the number.")
            if judged.place is None
            else None,
        ),
        rows(
            *([_pick_button(t, judged, option)] for option in shown),
            Button(t.plain("📍 Say where I live"), tap=WishPlaceTap(judged.wish)) if judged.place is None else None,
            Button(t.plain("Back"), tap=WishTap(judged.wish)),
        ),
    )


def _pick_button(t: Translator, judged: Judged, option: Option) -> Button:
    votes = option.threshold.votes
    needed = t.number(votes) if votes is not None else t.plain("threshold not known")
    name = clip(option.body.name_cap(t.language), BUTTON_CHARACTERS - len(needed) - 3)
    return Button(f"{name} · {needed}", tap=PickTap(judged.wish, body_code(option.body)))


def contact_words(t: Translator, contact: Contact) -> Html:
    """A channel with its number or page, and what it is for."""
    head = f"{contact.tel} · {contact.name(t.language)}" if contact.tel is not None else contact.name(t.language)
    return lines(bold(head), safe(contact.when(t.language)))


def _page_button(t: Translator, contact: Contact) -> Button | None:
    return Button(clip(contact.name(t.language), BUTTON_CHARACTERS), url=contact.url) if contact.url else None


def elsewhere_screen(t: Translator, judged: Judged) -> Screen:
    """Whom to ask instead of a petition: what fits the wish first."""
    decision = judged.decision
    found = fitting(decision.redirect, frozenset(filter(None, (decision.body, decision.subject))))
    pages = [_page_button(t, contact) for contact in found]
    return Screen(
        join(t("<b>Ask someone else</b>"), *(contact_words(t, contact) for contact in found)),
        rows(
            *([page] for page in pages if page is not None),
            Button(t.plain("Back"), tap=WishTap(judged.wish)),
        ),
    )


# --- around it --------------------------------------------------------------------------------------------------------


def gone_screen(t: Translator) -> Screen:
    """A button under a wish that is not kept any more."""
    return Screen(
        t("I no longer keep that message. Write it again, and I will answer at once."),
        rows(
            [Button(t.plain("🔎 Find"), tap=FindTap()), Button(t.plain("✍️ Start a petition"), tap=NewTap())],
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def wordless_screen(t: Translator) -> Screen:
    """A message without a word in it."""
    return Screen(
        t("I read words only. Write in a sentence what should change where you live."),
        rows(
            [Button(t.plain("🔎 Find"), tap=FindTap()), Button(t.plain("✍️ Start a petition"), tap=NewTap())],
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def places_named_screen(t: Translator, gazetteer: Gazetteer, places: Sequence[Place], own: str | None) -> Screen:
    """The name of a place and nothing besides: petitions there, or is it where the person lives?"""
    if len(places) == 1:
        place = places[0]
        return Screen(
            lines(
                t("📍 <b>{place}</b>", place=gazetteer.label(place.key, t.language)),
                t("Do you look for petitions there, or do you live there? To ask for something, write what."),
            ),
            rows(
                Button(t.plain("🔎 Petitions there"), tap=ValueTap("place", place.kato)),
                Button(t.plain("🏠 I live here"), tap=ChooseTap(place.kato)) if place.key != own else None,
                Button(t.plain("Main menu"), tap=HomeTap()),
            ),
        )
    lives = own is None
    said = t("Several places are called so. Where do you live?") if lives else t("Petitions of which place?")
    return Screen(
        said,
        rows(
            *(
                Button(
                    clip(gazetteer.label(place.key, t.language), BUTTON_CHARACTERS),
                    tap=ChooseTap(place.kato) if lives else ValueTap("place", place.kato),
                )
                for place in places
            ),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def place_taken_toast(t: Translator, place: Place) -> str:
    """The place is chosen, and the wish is answered anew."""
    return t.plain("✅ Your place: {place}", place=place.name(t.language))

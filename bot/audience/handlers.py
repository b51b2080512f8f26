"""Editing an audience: what admins tap and type."""

from __future__ import annotations

from dataclasses import replace

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.audience import views
from bot.audience.editing import AudienceHolder, AudienceHolders
from bot.audience.rules import SMALLEST_SAMPLE, Audience
from bot.audience.views import AudienceTap
from bot.i18n import Html
from bot.places.finder import find
from bot.places.tree import Gazetteer
from bot.residents.models import Role
from bot.routing.knowledge import subject_names
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, Holds, InPrivate, TapIs

router = Router(name="audience")

EXPECTED = "audience"
LONGEST_REST = 365


async def _shown(
    here: Here,
    gazetteer: Gazetteer,
    holder: AudienceHolder,
    of: str,
    number: int,
    audience: Audience,
    note: Html | None = None,
) -> Answer:
    here.resident.expecting = None
    reckoned = await holder.reckon(here.session, number, audience, here.now)
    screen = views.audience_screen(
        here.t,
        gazetteer,
        of,
        number,
        audience,
        reckoned,
        subject_names(),
        holder.back(number),
        is_survey=holder.is_survey,
        note=note,
    )
    return here.show(screen)


@router.callback_query(TapIs(AudienceTap), InPrivate(), Holds(Role.ADMIN))
async def edit(
    query: CallbackQuery,
    here: Here,
    tap: AudienceTap,
    gazetteer: Gazetteer,
    audiences: AudienceHolders,
) -> Answer:
    """A button of the editor."""
    holder = audiences.get(tap.of)
    audience = await holder.audience(here.session, tap.number) if holder is not None else None
    if holder is None or audience is None:
        return here.toast(here.t.plain("It has been sent; who gets it can no longer be changed."), alert=True)
    if tap.do in {"place", "sample", "rest"} and tap.arg is None:
        here.resident.expecting = f"{EXPECTED}:{tap.of}:{tap.number}:{tap.do}"
        asked = {
            "place": lambda: views.place_question(here.t, tap.of, tap.number, (), None),
            "sample": lambda: views.sample_question(here.t, tap.of, tap.number, None),
            "rest": lambda: views.rest_question(here.t, tap.of, tap.number, None),
        }
        return here.show(asked[tap.do]())
    subjects = subject_names()
    if tap.do in {"topics", "topic"}:
        here.resident.expecting = f"{EXPECTED}:{tap.of}:{tap.number}:topics"
    if tap.do == "topics":
        page = int(tap.arg or 0)
        return here.show(views.topics_screen(here.t, tap.of, tap.number, audience, subjects, page))
    changed = _changed(audience, tap, gazetteer, sorted(subjects))
    if changed != audience:
        await holder.set_audience(here.session, tap.number, changed, here.now)
    if tap.do == "topic":
        slug = sorted(subjects)[min(int(tap.arg or 0), len(subjects) - 1)]
        page = views.topics_in_order(here.language, subjects).index(slug) // views.TOPICS_A_PAGE
        return here.show(views.topics_screen(here.t, tap.of, tap.number, changed, subjects, page))
    return await _shown(here, gazetteer, holder, tap.of, tap.number, changed)


def _changed(audience: Audience, tap: AudienceTap, gazetteer: Gazetteer, slugs: list[str]) -> Audience:
    if tap.do == "language":
        chosen = set(audience.languages) ^ {tap.arg}
        ordered = tuple(language for language in ("kk", "ru", "en") if language in chosen)
        return replace(audience, languages=ordered)
    if tap.do == "agreed":
        return replace(audience, agreed_only=not audience.agreed_only)
    if tap.do == "stratified":
        return replace(audience, stratified=not audience.stratified)
    if tap.do == "place":
        place = gazetteer.by_kato(tap.arg or "")
        return replace(audience, place_key=place.key if place is not None else None)
    if tap.do == "sample":
        return replace(audience, sample=None, stratified=False)
    if tap.do == "rest":
        return replace(audience, rest_days=None)
    if tap.do == "topic" and (tap.arg or "").isdigit() and int(tap.arg or 0) < len(slugs):
        chosen_subjects = set(audience.subjects) ^ {slugs[int(tap.arg or 0)]}
        return replace(audience, subjects=tuple(sorted(chosen_subjects)))
    return audience


@router.message(Expects(EXPECTED), Holds(Role.ADMIN), F.text)
async def typed(
    message: Message,
    here: Here,
    expected: str,
    gazetteer: Gazetteer,
    audiences: AudienceHolders,
) -> Answer:
    """A place, a number or a part of a topic's name, written."""
    of, number_text, what = expected.split(":", 2)
    number, text, t = int(number_text), (message.text or "").strip(), here.t
    holder = audiences[of]
    audience = await holder.audience(here.session, number)
    if audience is None:
        here.resident.expecting = None
        return await _gone(here)
    if what == "topics":
        return here.show(views.topics_screen(t, of, number, audience, subject_names(), 0, typed=text[:40]))
    if what == "place":
        found = [
            (match.place, gazetteer.label(match.place.key, t.language)) for match in find(gazetteer, text, limit=8)
        ]
        if len(found) != 1:
            note = t("Which one?") if found else t("I know no place by this name: {text}", text=text[:60])
            return here.show(views.place_question(t, of, number, found, note))
        changed = replace(audience, place_key=found[0][0].key)
    else:
        digits = text.replace(" ", "").replace("\u00a0", "")
        least, most = (SMALLEST_SAMPLE, 10_000_000) if what == "sample" else (1, LONGEST_REST)
        if not digits.isdigit() or not least <= int(digits) <= most:
            note = t("Please write a number from {least} to {most}.", least=t.number(least), most=t.number(most))
            question = views.sample_question if what == "sample" else views.rest_question
            return here.show(question(t, of, number, note))
        amount = int(digits)
        changed = replace(audience, sample=amount) if what == "sample" else replace(audience, rest_days=amount)
    await holder.set_audience(here.session, number, changed, here.now)
    return await _shown(here, gazetteer, holder, of, number, changed)


async def _gone(here: Here) -> Answer:
    from bot.residents.views import home_button
    from bot.screen import Screen, rows

    text = here.t("It has been sent; who gets it can no longer be changed.")
    return here.show(Screen(text, rows(home_button(here.t))))

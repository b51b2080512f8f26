"""What choosing a place looks like: asking, candidates, the list to browse, a guess from a location, the result."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from bot.i18n import Html, Language, Translator, kazakh_order
from bot.places.bodies import Body
from bot.places.tree import Gazetteer, Place
from bot.residents.views import HomeTap, MenuTap, PlaceTap, back_button, home_button
from bot.screen import Button, Screen, Tap, rows

PAGE: Final = 8
"""Units on one page of the list."""

_BUTTON_CHARACTERS: Final = 60


class BrowseTap(Tap, prefix="rpb"):
    """Show a page (from 0) of the units inside one; without a code, the top units."""

    kato: str | None
    page: int


class ChooseTap(Tap, prefix="rpc"):
    """Live in this unit from now on."""

    kato: str


class LocateTap(Tap, prefix="rpg"):
    """Ask for the location."""


def _lines(*lines: Html | None) -> Html:
    return Html("\n".join(line for line in lines if line is not None))


def _short(name: str) -> str:
    return name if len(name) <= _BUTTON_CHARACTERS else name[: _BUTTON_CHARACTERS - 1] + "…"


def in_order(places: Sequence[Place], language: Language) -> list[Place]:
    """Units sorted by name, in the order of the Kazakh alphabet, which holds for Russian and Latin names too."""
    return sorted(places, key=lambda place: kazakh_order(place.name(language)))


def ask_screen(t: Translator, current: Place | None, note: Html | None = None) -> Screen:
    """Asks where the person lives: type it, pick it from the list, or share a location."""
    return Screen(
        _lines(
            note,
            t("📍 <b>Where do you live?</b>"),
            t("Now: {place}", place=current.name(t.language)) if current is not None else None,
            t("Write the name of your city, district or village, in any of the three languages."),
        ),
        rows(
            Button(t.plain("Pick from the list"), BrowseTap(None, 0)),
            Button(t.plain("By my location"), LocateTap()),
            back_button(t, HomeTap()),
        ),
    )


def not_found_note(t: Translator, typed: str) -> Html:
    """Nothing is called like that."""
    return t(
        "I know no place called “{typed}”. Write it differently or pick it from the list; instead of a village its "
        "district will do.",
        typed=typed[:60],
    )


def candidates_screen(t: Translator, gazetteer: Gazetteer, places: Sequence[Place]) -> Screen:
    """Several units may be meant: one button each, told apart by what they lie in."""
    return Screen(
        t("Which one is it?"),
        rows(
            *(Button(_short(gazetteer.label(place.key, t.language)), ChooseTap(place.kato)) for place in places),
            back_button(t, PlaceTap()),
        ),
    )


def candidate_screen(t: Translator, gazetteer: Gazetteer, place: Place) -> Screen:
    """One unit is meant; it is asked whether rightly."""
    return Screen(
        t("<b>{place}</b>\nIs this right?", place=gazetteer.label(place.key, t.language)),
        rows(
            [Button(t.plain("Yes"), ChooseTap(place.kato)), Button(t.plain("No, another"), PlaceTap())],
        ),
    )


def browse_screen(t: Translator, gazetteer: Gazetteer, within: Place | None, page: int) -> Screen:
    """A page of the units inside one, with the unit itself as a choice; the top units when `within` is None."""
    units = in_order(gazetteer.roots() if within is None else gazetteer.children(within.key), t.language)
    last = max(0, (len(units) - 1) // PAGE)
    page = min(max(page, 0), last)
    code = within.kato if within is not None else None
    back: Tap = PlaceTap()
    if within is not None:
        above = gazetteer.get(within.parent_key) if within.parent_key is not None else None
        back = BrowseTap(None if above in {None, gazetteer.republic} else above.kato, 0) if above else PlaceTap()
    turning = [
        *([Button("‹", BrowseTap(code, page - 1))] if page > 0 else []),
        *([Button("›", BrowseTap(code, page + 1))] if page < last else []),
    ]
    name = within.name(t.language) if within is not None else None
    return Screen(
        _lines(
            t("📍 <b>{place}</b>", place=name) if name is not None else t("📍 <b>Region or city</b>"),
            t("Choose where exactly you live, or take all of it.") if name is not None else None,
            t("Page {page} of {pages}", page=page + 1, pages=last + 1) if last else None,
        ),
        rows(
            *(Button(_short(unit.name(t.language)), _into(gazetteer, unit)) for unit in _part(units, page)),
            turning,
            Button(t.plain("Choose all of it"), ChooseTap(within.kato)) if within is not None else None,
            back_button(t, back),
        ),
    )


def _part(units: Sequence[Place], page: int) -> Sequence[Place]:
    return units[page * PAGE : (page + 1) * PAGE]


def _into(gazetteer: Gazetteer, unit: Place) -> Tap:
    return BrowseTap(unit.kato, 0) if gazetteer.children(unit.key) else ChooseTap(unit.kato)


def locate_screen(t: Translator) -> Screen:
    """Asks for the location with Telegram's own button."""
    return Screen(
        t("Press “Send my location” below. I look up the nearest place and do not keep the location."),
        below=rows(Button(t.plain("Send my location"), ask="location"), Button(t.plain("Cancel"))),
    )


def located_screen(t: Translator) -> Screen:
    """Takes the buttons below the writing field away."""
    return Screen(t("Thank you, the location is not kept."), remove_below=True)


def guess_screen(t: Translator, gazetteer: Gazetteer, place: Place) -> Screen:
    """The unit nearest to a location, said to be a guess."""
    return Screen(
        _lines(
            t("📍 <b>{place}</b>", place=gazetteer.label(place.key, t.language)),
            t("This is only a guess: its centre is the nearest to you. Do you live here?"),
        ),
        rows(
            [Button(t.plain("Yes"), ChooseTap(place.kato)), Button(t.plain("No, another"), PlaceTap())],
        ),
    )


def chosen_screen(t: Translator, gazetteer: Gazetteer, place: Place, bodies: Sequence[Body]) -> Screen:
    """The place is chosen: who answers for it, and where to go now."""
    answering = [Html(f"• {escape(body.name_cap(t.language))}") for body in bodies]
    return Screen(
        _lines(
            t("✅ Your place: <b>{place}</b>", place=gazetteer.label(place.key, t.language)),
            t("Responsible there:") if answering else None,
            *answering,
        ),
        rows(
            Button(t.plain("Find"), MenuTap("find")),
            Button(t.plain("More precisely"), BrowseTap(place.kato, 0)) if gazetteer.children(place.key) else None,
            [Button(t.plain("Change"), PlaceTap()), home_button(t)],
        ),
    )

"""What found petitions, filters and topics look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.i18n import N_, Html, Translator, bold, safe
from bot.petitions.reading.queries import ListKind
from bot.petitions.reading.views import (
    LANGUAGE_OF_TEXT,
    LIST_TITLES,
    TITLE_IN_LIST,
    EntryTap,
    FindTap,
    ListTap,
    TopicsTap,
    entry_facts,
    shortened,
)
from bot.petitions.search.queries import PAGE_SIZE, Found, FoundPetition
from bot.petitions.search.rules import NEAR, Filters, Standing, pages_of
from bot.petitions.search.shelves import shelves
from bot.petitions.search.words import highlighted
from bot.places.tree import Place
from bot.screen import Button, Screen, Tap, rows

WORDS_SHOWN: Final = 60
MEANT_SHOWN: Final = 3
VALUES_SHOWN: Final = 20
"""Values of a filter on one screen, those with most petitions."""
ON_BUTTON: Final = 40
"""Characters of a value's name on its button."""


class NarrowTap(Tap, prefix="fn"):
    """Show the filters."""


class DimensionTap(Tap, prefix="fm"):
    """Show the values of one filter."""

    name: str


class ValueTap(Tap, prefix="fv"):
    """Narrow to a value of a filter; without a value, narrow no more by it; without a name, by nothing."""

    name: str
    value: str


class TopicTap(Tap, prefix="ft"):
    """Show the open petitions on a shelf, near the person ("near") or everywhere ("all")."""

    shelf: str
    scope: str


DIMENSIONS: Final[dict[str, str]] = {
    "place": N_("📍 Place"),
    "body": N_("🏛 Body"),
    "standing": N_("🚦 State"),
    "shelf": N_("🗂 Topic"),
    "language": N_("🌐 Language"),
}
STANDINGS: Final[dict[str, str]] = {
    Standing.OPEN.value: N_("Open for signing"),
    Standing.WITH_BODY.value: N_("With the body"),
    Standing.DECIDED.value: N_("Answered"),
    Standing.CLOSED.value: N_("Signing is over"),
    Standing.HIDDEN.value: N_("Mine, not public"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a filter as it is offered: its code for the button, its name, how many petitions it leaves."""

    code: str
    name: str
    count: int


def chips(t: Translator, filters: Filters, names: Mapping[str, str]) -> Html | None:
    """The filters that are on, in one line; `names` of the place and the body come from who knows them."""
    shown = [value_name(t, name, getattr(filters, name), names) for name in filters.active]
    return Html(" · ".join(safe(name) for name in shown)) if shown else None


def value_name(t: Translator, dimension: str, value: str, names: Mapping[str, str]) -> str:
    """The name of a filter's value."""
    match dimension:
        case "place" if value == NEAR:
            return t.plain("📍 Near me")
        case "place":
            return f"📍 {names.get(value, '—')}"
        case "body":
            return names.get(value, "—")
        case "standing":
            return t.plain(STANDINGS.get(value, STANDINGS["open"]))
        case "shelf":
            shelf = shelves().get(value)
            return shelf.name(t.language) if shelf is not None else "—"
        case _:
            return t.plain(LANGUAGE_OF_TEXT.get(value, "—"))


def found_screen(
    t: Translator,
    found: Found,
    places: Mapping[str, Place],
    names: Mapping[str, str],
    today: date,
    *,
    start: Tap,
    wider: Sequence[tuple[str, int]] = (),
) -> Screen:
    """One page of what was found; when it is nothing, ways to find more: `wider` are filters with how many petitions
    there would be without them."""
    head = [_title(t, found)]
    if (narrowed := chips(t, found.filters, names)) is not None:
        head.append(narrowed)
    taken = [t("I took “{typed}” for “{meant}”.", typed=typed, meant=meant) for typed, meant in found.meant.items()]
    head += taken[:MEANT_SHOWN]
    if not found.petitions:
        return _nothing(t, found, head, names, start=start, wider=wider)
    if not found.has_all_words:
        head.append(t("Not all words are in each; words of the same meaning count too."))
    entries = [
        _entry(t, index, one, found, places.get(one.petition.place_key), today)
        for index, one in enumerate(found.petitions, start=1)
    ]
    pages = pages_of(found.reachable, PAGE_SIZE)
    foot = []
    if pages > 1:
        foot.append(Html(f"<i>{t('Page {page} of {pages}', page=found.page + 1, pages=pages)}</i>"))
    if found.total > found.reachable:
        foot.append(t("These are the best {count}. Add a word or narrow down to see others.", count=found.reachable))
    turn = [
        Button("‹", tap=ListTap(ListKind.WORDS.value, found.page - 1)) if found.page > 0 else None,
        Button("›", tap=ListTap(ListKind.WORDS.value, found.page + 1)) if found.page + 1 < pages else None,
    ]
    return Screen(
        Html("\n\n".join([Html("\n".join(head)), *entries, *([Html("\n".join(foot))] if foot else [])])),
        rows(
            [
                Button(str(index), tap=EntryTap(one.petition.id, ListKind.WORDS.value, found.page))
                for index, one in enumerate(found.petitions, start=1)
            ],
            [button for button in turn if button is not None],
            Button(_narrow_label(t, found.filters), tap=NarrowTap()),
            Button(t.plain("✍️ Start a petition"), tap=start),
            Button(t.plain("Back"), tap=_back_from(found)),
        ),
    )


def _back_from(found: Found) -> Tap:
    return FindTap() if found.words.strip() else TopicsTap("near" if found.filters.place == NEAR else "all")


def _title(t: Translator, found: Found) -> Html:
    count = t.plural("{count} petition", "{count} petitions", found.total)
    if found.words.strip():
        return Html(
            f"{bold(t.plain(LIST_TITLES[ListKind.WORDS]))}: {safe(shortened(found.words, WORDS_SHOWN))} · {count}"
        )
    return Html(f"🗂 {bold(t.plain('Petitions by topic'))} · {count}")


def _narrow_label(t: Translator, filters: Filters) -> str:
    active = len(filters.active)
    return t.plain("⚙️ Filters: {count}", count=active) if active else t.plain("⚙️ Narrow down")


def _entry(t: Translator, index: int, one: FoundPetition, found: Found, place: Place | None, today: date) -> Html:
    title = highlighted(shortened(one.petition.title, TITLE_IN_LIST), found.stems)
    lines = [Html(f"{index}. <b>{title}</b>"), entry_facts(t, one.petition, place, today)]
    if one.snippet is not None:
        lines.append(Html(f"<i>{one.snippet}</i>"))
    return Html("\n".join(lines))


def _nothing(
    t: Translator,
    found: Found,
    head: Sequence[Html],
    names: Mapping[str, str],
    *,
    start: Tap,
    wider: Sequence[tuple[str, int]],
) -> Screen:
    if wider:
        advice = t("Nothing here. Look wider?")
    elif found.words.strip():
        advice = t("Nothing found, in no language and no spelling. Try one other word, or be the first to ask for it.")
    else:
        advice = t("Nothing here yet. You can be the first.")
    return Screen(
        Html("\n\n".join([Html("\n".join(head)), advice])),
        rows(
            *(
                Button(f"{_without(t, found.filters, name, names)} ({t.number(count)})", tap=ValueTap(name, ""))
                for name, count in wider
            ),
            Button(t.plain("✍️ Start a petition"), tap=start),
            Button(t.plain("Back"), tap=_back_from(found)),
        ),
    )


def _without(t: Translator, filters: Filters, name: str, names: Mapping[str, str]) -> str:
    match name:
        case "":
            return t.plain("Without any filter")
        case "place":
            return t.plain("🌍 All Kazakhstan")
        case "standing":
            return t.plain("🚦 Closed ones too")
        case _:
            return t.plain("Not only: {value}", value=shortened(value_name(t, name, getattr(filters, name), names), 30))


def narrow_screen(t: Translator, words: str, total: int, filters: Filters, names: Mapping[str, str]) -> Screen:
    """The filters, each with what it is set to."""
    head = [bold(t.plain("Narrow down"))]
    if words.strip():
        head.append(Html(f"🔎 {safe(shortened(words, WORDS_SHOWN))}"))
    head.append(t.plural("{count} petition", "{count} petitions", total))

    def label(name: str) -> str:
        value = getattr(filters, name)
        if value is None:
            return t.plain(DIMENSIONS[name])
        return f"✅ {shortened(value_name(t, name, value, names), ON_BUTTON)}"

    return Screen(
        Html("\n".join(head)),
        rows(
            *(Button(label(name), tap=DimensionTap(name)) for name in DIMENSIONS),
            Button(t.plain("✖️ Clear all"), tap=ValueTap("", "")) if filters.active else None,
            Button(t.plain("Show"), tap=ListTap(ListKind.WORDS.value, 0)),
        ),
    )


def values_screen(t: Translator, dimension: str, values: Sequence[Value], *, is_set: bool) -> Screen:
    """The values of one filter with how many petitions each leaves."""
    text = bold(t.plain(DIMENSIONS[dimension]))
    if not values:
        text = Html(f"{text}\n\n{t('There is nothing to choose from.')}")
    return Screen(
        text,
        rows(
            *(
                Button(
                    f"{shortened(value.name, ON_BUTTON)} · {t.number(value.count)}", tap=ValueTap(dimension, value.code)
                )
                for value in values[:VALUES_SHOWN]
            ),
            Button(t.plain("✖️ Any"), tap=ValueTap(dimension, "")) if is_set else None,
            Button(t.plain("Back"), tap=NarrowTap()),
        ),
    )


def topics_screen(
    t: Translator, counts: Mapping[str, int], place: Place | None, *, is_near: bool, ask_place: Tap
) -> Screen:
    """The topics with how many petitions are open, near the person or everywhere."""
    scope = "near" if is_near else "all"
    head = [bold(t.plain("Open petitions by topic"))]
    if is_near and place is not None:
        head.append(t("“Near me” means {place} and the areas it is part of.", place=place.name(t.language)))
    if not counts:
        head.append(t("No petition is open here at the moment."))
    held = sorted((slug for slug in shelves() if counts.get(slug)), key=lambda slug: -counts[slug])
    other = (
        Button(t.plain("🌍 All Kazakhstan"), tap=TopicsTap("all"))
        if is_near
        else Button(t.plain("📍 Near me"), tap=TopicsTap("near") if place is not None else ask_place)
    )
    return Screen(
        Html("\n".join(head)),
        rows(
            *(
                Button(f"{shelves()[slug].name(t.language)} · {t.number(counts[slug])}", tap=TopicTap(slug, scope))
                for slug in held
            ),
            other,
            Button(t.plain("Back"), tap=FindTap()),
        ),
    )

"""The editor of an audience: one screen, and the questions it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.audience.editing import Reckoned
from bot.audience.rules import Audience
from bot.i18n import LANGUAGE_NAMES, LANGUAGES, Html, Language, Translator, kazakh_order
from bot.language.fold import fold
from bot.places.tree import Gazetteer, Place
from bot.screen import Button, Screen, Tap, rows

TOPICS_A_PAGE: Final = 8
TOPICS_FOUND: Final = 20
"""How many topics a search shows at once; one that finds more is too short."""
PLACES_OFFERED: Final = 8


class AudienceTap(Tap, prefix="au"):
    """Edit the audience of the broadcast ("b") or survey ("s") with a number. `do` is what to change: "show",
    "language", "agreed", "stratified", "place", "sample", "rest", "topics", "topic"; `arg` how."""

    of: str
    number: int
    do: str
    arg: str | None


def _yes(t: Translator, value: bool) -> str:
    return "☑️" if value else "⬜️"


def audience_lines(
    t: Translator, gazetteer: Gazetteer, audience: Audience, subjects: Mapping[str, Mapping[Language, str]]
) -> list[Html]:
    """The audience in words, one property a line."""
    place = t.plain("all of Kazakhstan")
    if audience.place_key is not None and audience.place_key != gazetteer.republic.key:
        place = gazetteer.label(audience.place_key, t.language)
    found = [t("Place: {place}", place=place)]
    names = t.all_of([LANGUAGE_NAMES[language] for language in audience.languages]) or t.plain("any")
    found.append(t("Language: {languages}", languages=names))
    if audience.subjects:
        names = t.all_of([subjects[slug][t.language] for slug in audience.subjects if slug in subjects])
        found.append(t("Signed or followed petitions about: {topics}", topics=names))
    if audience.agreed_only:
        found.append(t("Only people who agreed to be asked"))
    if audience.rest_days is not None:
        found.append(
            t.plural(
                "Not people who were asked within {count} day",
                "Not people who were asked within {count} days",
                audience.rest_days,
            )
        )
    if audience.sample is not None:
        drawn = t("Random sample: {count}", count=t.number(audience.sample))
        found.append(t("{sample}, from each unit in proportion", sample=drawn) if audience.stratified else drawn)
    return found


def reckoned_lines(t: Translator, reckoned: Reckoned, *, is_survey: bool) -> list[Html]:
    """How many people that is, how long it takes, how exact the answer can be."""
    counted = reckoned.counted
    people = t("👥 <b>People: {count}</b>", count=t.number(counted.drawn))
    if counted.drawn < counted.matching:
        people = t(
            "👥 <b>People: {count}</b> of {all} who fit", count=t.number(counted.drawn), all=t.number(counted.matching)
        )
    found = [people]
    if counted.sample is not None and 0 < counted.matching < counted.sample:
        found.append(t("⚠️ Fewer people fit than the sample has: all of them are asked"))
    if counted.left_out:
        left_out = t.number(counted.left_out)
        found.append(
            t("Left out: {count} (said no to surveys, or were written to or asked lately)", count=left_out)
            if is_survey
            else t("Left out: {count}: they had a broadcast today. From tomorrow, or «Urgent»", count=left_out)
        )
    if counted.drawn:
        found.append(t("⏱ Sending takes about {count} min at the present pace", count=t.number(reckoned.minutes)))
    if reckoned.margin is not None and reckoned.response is not None:
        if reckoned.margin >= 1:
            found.append(t("📏 Too few people for any statement about all"))
        else:
            found.append(
                t(
                    "📏 Expected margin: ±{points} points if {share} answer",
                    points=t.number(round(reckoned.margin * 100)),
                    share=t.percent(reckoned.response),
                )
            )
    return found


def audience_screen(
    t: Translator,
    gazetteer: Gazetteer,
    of: str,
    number: int,
    audience: Audience,
    reckoned: Reckoned,
    subjects: Mapping[str, Mapping[Language, str]],
    back: Tap,
    *,
    is_survey: bool,
    note: Html | None = None,
) -> Screen:
    """Who gets it, with everything that can be changed."""

    def tap(do: str, arg: str | None = None) -> AudienceTap:
        return AudienceTap(of, number, do, arg)

    said = [
        f"<b>{t('Who is asked') if is_survey else t('Who gets it')}</b>",
        *audience_lines(t, gazetteer, audience, subjects),
        "",
        *reckoned_lines(t, reckoned, is_survey=is_survey),
    ]
    if note is not None:
        said = [note, "", *said]
    return Screen(
        Html("\n".join(said)),
        rows(
            [Button(t.plain("Place"), tap("place")), Button(t.plain("Topics"), tap("topics", "0"))],
            [
                Button(
                    f"{_yes(t, language in audience.languages)} {LANGUAGE_NAMES[language]}", tap("language", language)
                )
                for language in LANGUAGES
            ],
            [
                Button(t.plain("Sample"), tap("sample")),
                *(
                    [Button(f"{_yes(t, audience.stratified)} {t.plain('By unit')}", tap("stratified"))]
                    if audience.sample is not None
                    else []
                ),
            ],
            Button(f"{_yes(t, audience.agreed_only)} {t.plain('Agreed to be asked')}", tap("agreed")),
            Button(t.plain("Not asked lately"), tap("rest")) if is_survey else None,
            Button(t.plain("‹ Back"), back),
        ),
    )


def place_question(
    t: Translator, of: str, number: int, found: Sequence[tuple[Place, str]], note: Html | None
) -> Screen:
    """Which unit; those a typed name may mean as buttons."""
    text = t("Write the name of the place: an oblast, a city, a district or a village. Everything in it belongs to it.")
    return Screen(
        Html(f"{note}\n\n{text}") if note is not None else text,
        rows(
            *(Button(label, AudienceTap(of, number, "place", place.kato)) for place, label in found[:PLACES_OFFERED]),
            Button(t.plain("All of Kazakhstan"), AudienceTap(of, number, "place", "-")),
            Button(t.plain("‹ Back"), AudienceTap(of, number, "show", None)),
        ),
    )


def sample_question(t: Translator, of: str, number: int, note: Html | None) -> Screen:
    """How many to draw."""
    text = t("How many people are drawn at random? Write a number.")
    return Screen(
        Html(f"{note}\n\n{text}") if note is not None else text,
        rows(
            Button(t.plain("Everybody"), AudienceTap(of, number, "sample", "-")),
            Button(t.plain("‹ Back"), AudienceTap(of, number, "show", None)),
        ),
    )


def rest_question(t: Translator, of: str, number: int, note: Html | None) -> Screen:
    """How long people are left in peace between surveys."""
    text = t("For how many days after a survey is nobody asked again? Write a number.")
    return Screen(
        Html(f"{note}\n\n{text}") if note is not None else text,
        rows(
            Button(t.plain("Ask everybody"), AudienceTap(of, number, "rest", "-")),
            Button(t.plain("‹ Back"), AudienceTap(of, number, "show", None)),
        ),
    )


def topics_in_order(language: Language, subjects: Mapping[str, Mapping[Language, str]]) -> list[str]:
    """The slugs of subjects in the order of their names in a language."""
    return sorted(subjects, key=lambda slug: kazakh_order(subjects[slug][language]))


def topics_screen(
    t: Translator,
    of: str,
    number: int,
    audience: Audience,
    subjects: Mapping[str, Mapping[Language, str]],
    page: int,
    typed: str = "",
) -> Screen:
    """The subjects of petitions to choose from, by their names; only those whose names have what was typed."""
    shown = [slug for slug in topics_in_order(t.language, subjects) if fold(typed) in fold(subjects[slug][t.language])]
    a_page = TOPICS_FOUND if typed else TOPICS_A_PAGE
    last = max(0, (len(shown) - 1) // a_page)
    page = min(max(page, 0), last)
    first = page * a_page
    numbers = {slug: number for number, slug in enumerate(sorted(subjects))}
    turning = [
        *([Button("‹", AudienceTap(of, number, "topics", str(page - 1)))] if page else []),
        *([Button("›", AudienceTap(of, number, "topics", str(page + 1)))] if page < last else []),
    ]
    said = [
        Html(f"<b>{t('Topics')}</b>"),
        t("People who signed or follow a petition about one of these."),
        t("Page {page} of {pages}. To find one, write a part of its name.", page=page + 1, pages=last + 1),
    ]
    if typed:
        turning = [Button(t.plain("All topics"), AudienceTap(of, number, "topics", "0"))]
        said[2] = t("With “{text}”: {count}", text=typed, count=len(shown))
    return Screen(
        Html("\n".join(said)),
        rows(
            *(
                Button(
                    f"{_yes(t, slug in audience.subjects)} {subjects[slug][t.language]}",
                    AudienceTap(of, number, "topic", str(numbers[slug])),
                )
                for slug in shown[first : first + a_page]
            ),
            turning,
            Button(t.plain("‹ Back"), AudienceTap(of, number, "show", None)),
        ),
    )

"""Words about similar petitions that other rooms' screens hold too: why they are similar, what the law says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.i18n import N_, Html, Translator
from bot.language.concepts import lexicon
from bot.law.naming import article_words
from bot.law.reasons import REPETITION, default_reasons
from bot.petitions.models import Petition
from bot.petitions.reading.views import STATE_WORDS, entry
from bot.petitions.twins.rules import Nearness
from bot.petitions.twins.service import Twin
from bot.petitions.twins.taps import SideTap
from bot.petitions.writing.views import clip, lines
from bot.places.tree import Place
from bot.routing.knowledge import knowledge
from bot.screen import Button

Places = Mapping[str, Place]

_NEARNESS: Final[dict[Nearness, str]] = {
    Nearness.SAME: N_("same place"),
    Nearness.PARENT: N_("a larger area around"),
    Nearness.CHILD: N_("a part of the area"),
}


def repetition_article(t: Translator) -> str:
    """The article that bars a second petition on one subject, in words."""
    article = next(reason.article for reason in default_reasons() if reason.code == REPETITION)
    return article_words(t, article)


def why(t: Translator, twin: Twin) -> Html:
    """What makes a petition similar, in the reader's language."""
    parts: list[Html] = []
    subject = knowledge().subjects.get(twin.petition.subject or "") if twin.how.same_subject else None
    if subject is not None:
        parts.append(t("same subject: {subject}", subject=subject.name(t.language)))
    if twin.how.nearness in _NEARNESS:
        parts.append(t(_NEARNESS[twin.how.nearness]))
    concepts = lexicon().concepts
    shared = [concepts[slug].names[t.language] for slug in twin.concepts if slug in concepts] or list(twin.words)
    if shared:
        parts.append(t("both are about: {words}", words=", ".join(shared)))
    return Html(f"<i>≈ {' · '.join(parts)}</i>") if parts else Html("")


def warning(t: Translator, twin: Twin) -> Html | None:
    """That the law bars a second petition beside this one, when it does."""
    if not twin.bars:
        return None
    article = repetition_article(t)
    if twin.bars_until is not None:
        return t(
            "⚠️ Same subject and place, decided lately: until {date} the law lets no second petition through "
            "({article}).",
            date=t.date(twin.bars_until),
            article=article,
        )
    return t(
        "⚠️ Same subject and place: while it is open, the law lets no second petition through ({article}).",
        article=article,
    )


def listed(t: Translator, twins: Sequence[Twin], places: Places, today: date) -> list[Html]:
    """Similar petitions, each with why, numbered from 1."""
    return [
        lines(
            entry(t, number, twin.petition, places.get(twin.petition.place_key), today),
            why(t, twin) or None,
            warning(t, twin),
        )
        for number, twin in enumerate(twins, start=1)
    ]


def case_lines(t: Translator, twins: Sequence[Twin]) -> Html | None:
    """Similar petitions on the screen of a petition that is checked."""
    if not twins:
        return None
    return lines(
        t("<b>Similar petitions</b>"),
        *(
            lines(
                t(
                    "№ {number} {title} · {state}",
                    number=str(twin.petition.id),
                    title=clip(twin.petition.title, 60),
                    state=t.plain(STATE_WORDS[twin.petition.state]),
                ),
                why(t, twin) or None,
                warning(t, twin),
            )
            for twin in twins
        ),
    )


def case_buttons(t: Translator, petition: Petition, twins: Sequence[Twin]) -> list[Button]:
    """Buttons that put a similar petition beside the one that is checked."""
    return [
        Button(
            t.plain("⚖️ Compare with № {number}", number=str(twin.petition.id)),
            tap=SideTap(petition.id, twin.petition.id),
        )
        for twin in twins
    ]

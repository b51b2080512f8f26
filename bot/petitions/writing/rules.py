"""Steps and limits of a draft, and how one long message is split into title, ask and reasons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.language.clean import Found, personal_data
from bot.law.forbidden import ForbiddenHit
from bot.law.rules import PetitionRules, Threshold, threshold
from bot.petitions.rules import DraftStep
from bot.places.bodies import Body
from bot.places.tree import Place
from bot.routing.router import Reason

OPEN_DRAFTS: Final = 5
"""How many petitions one person may be writing at a time."""

TITLE_MAX: Final = 140
ASK_MAX: Final = 500
WHY_MAX: Final = 3000
LONGEST: Final[dict[DraftStep, int]] = {
    DraftStep.TITLE: TITLE_MAX,
    DraftStep.ASK: ASK_MAX,
    DraftStep.WHY: WHY_MAX,
}
SHORTEST: Final[dict[DraftStep, int]] = {DraftStep.TITLE: 10, DraftStep.ASK: 10, DraftStep.WHY: 20}
"""Below this a text says nothing yet; art. 90-2(2)(4) wants content, subject and arguments."""

TEXT_STEPS: Final = (DraftStep.TITLE, DraftStep.ASK, DraftStep.WHY)
STEPS: Final = (
    DraftStep.RULES,
    *TEXT_STEPS,
    DraftStep.PLACE,
    DraftStep.BODY,
    DraftStep.REVIEW,
)
TYPED_STEPS: Final = frozenset({DraftStep.RULES, *TEXT_STEPS, DraftStep.PLACE})
"""Steps at which something may be written; at the rules it is the title, or the whole story."""
OPEN_STEPS: Final = frozenset(STEPS)
"""Steps of a draft that is still being written."""


def position(step: DraftStep) -> tuple[int, int]:
    """Which step it is and of how many; reading the rules is not counted, it has number 0."""
    return STEPS.index(step), len(STEPS) - 1


def following(step: DraftStep, *, whole: bool) -> DraftStep:
    """The step after an answer. A draft that is whole was being corrected and goes back to its review."""
    if whole or step is DraftStep.REVIEW:
        return DraftStep.REVIEW
    return STEPS[STEPS.index(step) + 1]


def preceding(step: DraftStep, *, whole: bool) -> DraftStep:
    """The step that Back leads to; the rules lead to themselves."""
    if step is DraftStep.REVIEW:
        return DraftStep.BODY
    if whole:
        return DraftStep.REVIEW
    return STEPS[max(STEPS.index(step) - 1, 0)]


def tidy(text: str, step: DraftStep) -> str:
    """The text as it is kept: composed letters, no control characters, single spaces, at most one empty line;
    a title on one line."""
    composed = unicodedata.normalize("NFC", text)
    shown = "".join(
        character
        for character in composed
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    lines = [" ".join(line.split()) for line in shown.split("\n")]
    if step is DraftStep.TITLE:
        return " ".join(line for line in lines if line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_shouting(text: str) -> bool:
    """Whether the text is written mostly in capital letters."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 12 and sum(letter.isupper() for letter in letters) > 0.6 * len(letters)


def mend(text: str, step: DraftStep) -> str:
    """The text without what must not stand in a petition: numbers, addresses, links, emoji."""
    mended = tidy(text, step)
    # Cutting one thing out may bring two halves of another together, so it is looked at until it is clean.
    while found := personal_data(mended):
        for one in sorted(found, key=lambda one: one.start, reverse=True):
            end = one.end
            if one.text.count("(") > one.text.count(")") and mended[end:].lstrip().startswith(")"):
                end = mended.index(")", end) + 1
            mended = mended[: one.start] + " " + mended[end:]
        mended = tidy(re.sub(r"\(\s*\)|\[\s*\]|«\s*»", " ", mended), step)
    return re.sub(r" +([,.;:!?])", r"\1", mended)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer was not taken as it is."""

    kind: str
    """too_long, too_short, not_text or personal."""
    amount: int = 0
    """Characters too many, or characters wanted at least."""
    found: tuple[Found, ...] = ()
    mended: bool = False
    """The text without what was found is kept already and can be used at once."""


def length_problem(text: str, step: DraftStep) -> Problem | None:
    """What is wrong with the length of a tidy text."""
    if len(text) > LONGEST[step]:
        return Problem("too_long", len(text) - LONGEST[step])
    if len(text) < SHORTEST[step]:
        return Problem("too_short", SHORTEST[step])
    return None


@dataclass(frozen=True, slots=True)
class Parts:
    """One long message as the three texts of a petition. `why` may be over its limit; nothing is cut off."""

    title: str
    ask: str
    why: str


_SENTENCE_END = re.compile(r"[.!?…]+[\"»”)]*\s+(?=\S)")
_SHORT_WORD = re.compile(r"(?:^|[\s(«\"])(?:\w{1,2}|(?:\w\.)+\w?|мкр|обл|ауд|көш|кош|даң|стр|дом|наб|пос|бул|им|no)$")
_ASKING = re.compile(
    r"\b(?:"
    r"сұраймы|сураймы|талап ет|өтінем|отинем|өтініш|қажет|кажет|керек|ұсынам|усынам|"
    r"просим|прошу|просьба|требуе[мт]|требую|нужно|нужен|нужна|нужны|необходим|предлагаем|предлагаю|"
    r"we ask|i ask|we request|we demand|we need|we call|we want|please"
    r")"
)
_CLAUSE_END = re.compile(r"[,;:]\s|\s[—–-]\s")


def _is_asking(sentence: str) -> bool:
    return _ASKING.search(sentence.casefold()) is not None


def _sentences(paragraph: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(paragraph):
        before = paragraph[start : end.start()].casefold()
        is_one_dot = end.group().strip() == "."
        following_letter = paragraph[end.end()]
        # "г. Алматы", "ул. Абая", "т.б." do not end a sentence, nor does a dot before a small letter.
        if is_one_dot and (_SHORT_WORD.search(before) or following_letter.islower()):
            continue
        sentences.append(paragraph[start : end.end()].strip())
        start = end.end()
    sentences.append(paragraph[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _cut(sentence: str, limit: int) -> tuple[str, str]:
    """A sentence in two, the first within the limit, between words and better still between clauses."""
    if len(sentence) <= limit:
        return sentence, ""
    clauses = [match.start() for match in _CLAUSE_END.finditer(sentence) if limit // 3 <= match.start() <= limit]
    at = clauses[-1] if clauses else sentence.rfind(" ", 0, limit + 1)
    if at <= 0:
        return "", sentence
    return sentence[:at].strip(), sentence[at:].lstrip(",;: \n—–-")


def is_whole_story(text: str) -> bool:
    """Whether a message is more than a title: too long for one, or of several paragraphs."""
    story = tidy(text, DraftStep.WHY)
    return len(story) > TITLE_MAX or "\n" in story


def split(text: str) -> Parts:
    """Split one long message: its first real sentence is the title, what asks is the ask, the rest is why.

    Every word of the message is in one of the parts; the title and the ask keep to their limits. A sentence
    that is title and only request at once stands in both.
    """
    story = tidy(text, DraftStep.WHY)
    told: list[tuple[int, str]] = [
        (number, sentence) for number, paragraph in enumerate(story.split("\n")) for sentence in _sentences(paragraph)
    ]
    if not told:
        return Parts("", "", "")
    # A greeting is no title: the first sentence of at least three words is.
    chosen = next((place for place, (_, sentence) in enumerate(told) if len(sentence.split()) >= 3), 0)
    heading = told[chosen][1]
    title, tail = _cut(heading, TITLE_MAX)
    asks: list[str] = []
    rest: list[tuple[int, str]] = []
    for place, (number, sentence) in enumerate(told):
        if place == chosen:
            if tail:
                rest.append((number, tail))
        elif _is_asking(sentence) and len(" ".join([*asks, sentence])) <= ASK_MAX:
            asks.append(sentence)
        else:
            rest.append((number, sentence))
    if not asks and _is_asking(heading) and len(heading) <= ASK_MAX:
        asks.append(heading)
        rest = [(number, sentence) for number, sentence in rest if sentence is not tail]
    return Parts(title.rstrip(".").rstrip(), " ".join(asks), _paragraphs(rest))


def _paragraphs(sentences: Iterable[tuple[int, str]]) -> str:
    lines: dict[int, list[str]] = {}
    for number, sentence in sentences:
        lines.setdefault(number, []).append(sentence)
    return "\n".join(" ".join(line) for line in lines.values())


@dataclass(frozen=True, slots=True)
class BodyChoice:
    """A body a petition may be addressed to, with the threshold that would apply."""

    body: Body
    threshold: Threshold
    population: int | None = None
    population_year: int | None = None
    reason: Reason | None = None
    """Why a text could be its matter."""


def choice_of(law: PetitionRules, body: Body, reason: Reason | None = None) -> BodyChoice:
    """A body under a set of rules."""
    population = body.place.population if body.place else None
    year = body.place.population_year if body.place else None
    return BodyChoice(body, threshold(law, body.threshold_key, population), population, year, reason)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was settled about a petition before it was begun, as far as it was."""

    place_key: str | None = None
    body_key: str | None = None
    """The body the author chose."""
    suggested_body_key: str | None = None
    """The body proposed then."""


@dataclass(frozen=True, slots=True)
class Page:
    """A draft as its author sees it now."""

    draft: int
    version: int
    step: DraftStep
    corrects: int | None
    """Number of the petition that it corrects."""
    language: str
    title: str | None
    ask: str | None
    why: str | None
    place: Place | None
    body: BodyChoice | None
    own_places: tuple[Place, ...]
    """Where the author lives, nearest unit first; the top units when that is not known."""
    bodies: tuple[BodyChoice, ...]
    suggested: str | None
    """Key of the body the text seems to belong to."""
    warning: tuple[ForbiddenHit, ...]
    """Points of art. 90-2(3) the author has not been warned of yet."""
    rules: PetitionRules
    today: date
    supporters_by: date

    @property
    def is_open(self) -> bool:
        """Whether it is still being written."""
        return self.step in OPEN_STEPS

    def text_of(self, step: DraftStep) -> str | None:
        """What is written at a text step so far."""
        return {DraftStep.TITLE: self.title, DraftStep.ASK: self.ask, DraftStep.WHY: self.why}[step]

"""What the bot thinks of a wish, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.law.forbidden import ForbiddenHit
from bot.petitions.competence import Option
from bot.places.bodies import Body
from bot.places.tree import Place
from bot.routing.questions import Question
from bot.routing.router import Decision

KEPT: Final = 10
"""Wishes of one person that are kept."""
LONGEST: Final = 4000
"""Characters of a wish that are read; a message of Telegram has hardly more."""
GUESS: Final = "guess"
"""The answer «I do not know»."""
SURE: Final = 0.6
"""From this confidence on an answer is given without calling it a guess."""
A_WORD: Final = 2
"""Words that say too little to send somebody away with."""
HOPELESS: Final = 0.4
"""Below it nothing is said of whose matter it is: the person is asked to tell more."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A wish and what to tell its author."""

    wish: int
    text: str
    decision: Decision
    place: Place | None
    is_named: bool
    """The place was named in the text; else it is where the person lives."""
    namesakes: tuple[tuple[Place, str], ...]
    """Units the name in the text may mean, with the names that tell them apart, while the person has not said which."""
    best: Option | None
    """The body that answers: chosen by the person, else the likeliest; None where no place is known, or it is no
    petition matter."""
    picked: bool
    """The person chose it."""
    proposed: Body | None
    """What the bot proposes by itself."""
    question: Question | None
    """Waits for an answer."""
    was_asked: bool
    """There is a question, answered or not."""
    answer: str | None
    """What the person answered, as the button said it."""
    options: tuple[Option, ...]
    """All bodies of the place, nearest first."""
    warning: ForbiddenHit | None
    """A subject that no petition can have, or a faster way."""
    village_unknown: bool
    """The akim's office of some village or town would answer, and it is not known which."""

    @property
    def is_guess(self) -> bool:
        """Whether the answer is not sure enough to be given as one."""
        return not self.picked and self.answer is None and self.decision.confidence < SURE

    @property
    def is_unclear(self) -> bool:
        """Whether the words do not say enough for any answer."""
        if self.picked or self.was_asked:
            return False
        decision = self.decision
        is_baseless = decision.redirect == "excluded_subject" and decision.point is None and self.warning is None
        # Of a word or two «not a petition» is hardly ever meant.
        is_word = decision.redirect == "other" and len(self.text.split()) <= A_WORD
        return is_baseless or is_word or decision.confidence < HOPELESS

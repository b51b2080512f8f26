"""The trained part of the router: from the pieces of a text to how likely each answer is. Runs on numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from bot.routing.ngrams import BUCKETS, letters, marks, stems

MODEL: Final = Path(__file__).parent / "data" / "model.npz"
QUESTIONS: Final = ("body", "redirect", "level")
"""What the model is asked about a text, each with classes of its own."""


class ModelMissing(RuntimeError):
    """The trained model is not where it should be, or of another shape; `make train` makes it."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text as the model reads it."""

    places: np.ndarray[Any, Any]
    """Buckets."""
    values: np.ndarray[Any, Any]


Rarity = np.ndarray[Any, Any]
"""How much a bucket tells, by how few texts hold it."""


def read_pieces(text: str, of_letters: Rarity, of_stems: Rarity) -> Pieces:
    """A text's pieces, weighed by their rarity; a bucket may stand there twice, which adds up."""
    groups = ((letters(text), of_letters), (stems(text), of_stems))
    weighed = [(places, values * rarity[places]) for (places, values), rarity in groups]
    return Pieces(
        np.concatenate([places for places, _ in weighed]),
        np.concatenate([values / (np.sqrt(values @ values) or 1.0) for _, values in weighed]),
    )


def marked(pieces: Pieces, found: Mapping[str, float]) -> Pieces:
    """The pieces of a text with the marks of what rules found in it."""
    places, values = marks(found)
    return Pieces(np.concatenate((pieces.places, places)), np.concatenate((pieces.values, values)))


class Model:
    """Linear weights over hashed pieces, one set a question, and a temperature that makes the shares honest."""

    def __init__(self, stored: Mapping[str, np.ndarray[Any, Any]]) -> None:
        self._letters = stored["letters"].astype(np.float32)
        self._stems = stored["stems"].astype(np.float32)
        self._weights = {name: stored[f"{name}_weights"].astype(np.float32) for name in QUESTIONS}
        self._bias = {name: stored[f"{name}_bias"].astype(np.float32) for name in QUESTIONS}
        self._temperature = {name: float(stored[f"{name}_temperature"]) for name in QUESTIONS}
        self.classes = {name: tuple(str(one) for one in stored[f"{name}_classes"]) for name in QUESTIONS}
        self.taught_on = date.fromordinal(int(stored["taught_on"]))
        """The day whose answers it was taught with; later ones it does not know."""
        if self._letters.shape != (BUCKETS,):
            raise ModelMissing("the model was trained with another number of buckets; run: make train")

    def read(self, text: str) -> Pieces:
        """The pieces of a text."""
        return read_pieces(text, self._letters, self._stems)

    def shares(self, question: str, pieces: Pieces, found: Mapping[str, float]) -> dict[str, float]:
        """How likely each class is for a text in which rules found something; the shares add up to one."""
        whole = marked(pieces, found)
        score = whole.values @ self._weights[question][whole.places] + self._bias[question]
        score = score / self._temperature[question]
        grown = np.exp(score - score.max())
        return dict(zip(self.classes[question], (grown / grown.sum()).tolist(), strict=True))


@cache
def load_model(path: Path = MODEL) -> Model:
    """The trained model.

    Raises:
        ModelMissing: there is none, or it does not fit this release.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return Model({name: stored[name] for name in stored.files})
    except (OSError, KeyError, ValueError) as error:
        raise ModelMissing(f"the router's model {path.name} cannot be read ({error}); run: make train") from None

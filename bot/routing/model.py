"""The trained part of the router: from the pieces of a text to how likely each answer is. Runs on numpy alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    """Buckets, each once."""
    values: np.ndarray[Any, Any]


Rarity = np.ndarray[Any, Any]
"""How much a bucket tells, by how few texts hold it."""


def read_pieces(text: str, found: Iterable[str], of_letters: Rarity, of_stems: Rarity) -> Pieces:
    """A text's pieces, weighed by their rarity, and the marks of what rules found in it."""
    weighed: dict[int, float] = {}
    for group, rarity in ((letters(text), of_letters), (stems(text), of_stems)):
        places = np.fromiter(group.keys(), dtype=np.int64, count=len(group))
        values = np.fromiter(group.values(), dtype=np.float32, count=len(group)) * rarity[places]
        length = float(np.sqrt(values @ values)) or 1.0
        for place, value in zip(places.tolist(), (values / length).tolist(), strict=True):
            weighed[place] = weighed.get(place, 0.0) + value
    for place, value in marks(found).items():
        weighed[place] = weighed.get(place, 0.0) + value
    return Pieces(
        np.fromiter(weighed.keys(), dtype=np.int64, count=len(weighed)),
        np.fromiter(weighed.values(), dtype=np.float32, count=len(weighed)),
    )


class Model:
    """Linear weights over hashed pieces, one set a question, and a temperature that makes the shares honest."""

    def __init__(self, stored: Mapping[str, np.ndarray[Any, Any]]) -> None:
        self._letters = stored["letters"].astype(np.float32)
        self._stems = stored["stems"].astype(np.float32)
        self._weights = {name: stored[f"{name}_weights"].astype(np.float32) for name in QUESTIONS}
        self._bias = {name: stored[f"{name}_bias"].astype(np.float32) for name in QUESTIONS}
        self._temperature = {name: float(stored[f"{name}_temperature"]) for name in QUESTIONS}
        self.classes = {name: tuple(str(one) for one in stored[f"{name}_classes"]) for name in QUESTIONS}
        if self._letters.shape != (BUCKETS,):
            raise ModelMissing("the model was trained with another number of buckets; run: make train")

    def read(self, text: str, found: Iterable[str]) -> Pieces:
        """The pieces of a text and of what rules found in it."""
        return read_pieces(text, found, self._letters, self._stems)

    def shares(self, question: str, pieces: Pieces) -> dict[str, float]:
        """How likely each class is; the shares add up to one."""
        score = pieces.values @ self._weights[question][pieces.places] + self._bias[question]
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

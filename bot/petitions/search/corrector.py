"""Typos: the stems that petitions hold, and which of them somebody meant. Pure, and bounded in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rapidfuzz.distance import OSA

from bot.language.fold import words as words_of
from bot.language.latin import has_latin, to_cyrillic
from bot.language.search import stems_of

MOST_TERMS: Final = 150_000
"""Stems that are kept; the rarest of more are left out."""
SHORTEST: Final = 3
"""Letters of a stem that is worth correcting to; in shorter ones every other word is one letter away."""
TWO_EDITS_FROM: Final = 9
"""Letters from which a word may hold two typos."""
LONGEST_ENDING: Final = 8
MOST_MEANT: Final = 3
"""How many stems a mistyped word may stand for."""

# What the keys of a keyboard with Russian letters give when it was left in Latin.
_KEYS: Final = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё")


class Vocabulary:
    """The stems there are, with how many petitions hold each, and the way from a mistyped word to them.

    One typo spoils at most one of a word's two ends, so the stems that share its first two or its last two letters
    are the only ones looked at.
    """

    def __init__(self) -> None:
        self._documents: dict[str, int] = {}
        self._starts: dict[tuple[str, int], list[str]] = {}
        self._ends: dict[tuple[str, int], list[str]] = {}
        self.most = 0
        """In how many petitions the commonest stem is."""

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, term: str) -> bool:
        return self._documents.get(term, 0) > 0

    @property
    def counts(self) -> Mapping[str, int]:
        """All stems with how many petitions hold each."""
        return self._documents

    def documents(self, term: str) -> int:
        """How many petitions hold a stem."""
        return self._documents.get(term, 0)

    def learn(self, counts: Iterable[tuple[str, int]]) -> None:
        """Take in stems with their counts; a known stem's count is replaced."""
        for term, documents in counts:
            is_new = term not in self._documents
            if is_new and len(self._documents) >= MOST_TERMS:
                continue
            self._documents[term] = documents
            self.most = max(self.most, documents)
            if is_new and len(term) >= SHORTEST and term.isalpha():
                self._starts.setdefault((term[:2], len(term)), []).append(term)
                self._ends.setdefault((term[-2:], len(term)), []).append(term)

    def meant(self, word: str) -> list[str]:
        """The stems a mistyped folded word most likely stands for, the likeliest first; empty when none is near.

        The ending is typed right more often than not, so what is left of the word after each possible ending is
        compared with the stems; a stem counts when the word's ending, put behind it, leads back to it.
        """
        best: dict[str, tuple[int, int, int]] = {}
        for typed in self._readings(word):
            if typed in self:
                # Nothing but the keyboard was wrong.
                best[typed] = (-1, 0, -self.documents(typed))
                continue
            for ending in range(min(LONGEST_ENDING, len(typed) - SHORTEST) + 1):
                head, tail = typed[: len(typed) - ending], typed[len(typed) - ending :]
                for stem, edits in self._near(head):
                    rank = (edits, ending, -self.documents(stem))
                    if (stem not in best or rank < best[stem]) and (not tail or stem in stems_of(stem + tail)):
                        best[stem] = rank
        if not best:
            return []
        fewest = min(rank[0] for rank in best.values())
        near = sorted((rank[1:], stem) for stem, rank in best.items() if rank[0] == fewest)
        return [stem for _, stem in near[:MOST_MEANT]]

    @staticmethod
    def _readings(word: str) -> Iterator[str]:
        yield word
        if has_latin(word):
            # Kazakh in Latin letters, or the keyboard left in Latin.
            yield from words_of(to_cyrillic(word))
            yield from stems_of("".join(words_of(word.translate(_KEYS))))

    def _near(self, head: str) -> Iterator[tuple[str, int]]:
        size = len(head)
        if size < SHORTEST:
            return
        edits = 2 if size >= TWO_EDITS_FROM else 1
        for length in range(size - edits, size + edits + 1):
            for bucket in (self._starts.get((head[:2], length)), self._ends.get((head[-2:], length))):
                for stem in bucket or ():
                    distance = OSA.distance(head, stem, score_cutoff=edits)
                    if distance <= edits:
                        yield stem, distance

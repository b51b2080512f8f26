"""Counts in how many of the wishes that teach the router each concept and each frequent word stands."""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

from benchmarks.router.corpus import read
from bot.language.concepts import lexicon
from bot.language.patterns import sentences
from bot.petitions.twins.rules import COUNTS, word_keys

FREQUENT_WORD: Final = 8
"""A word in fewer wishes is as rare as one that stands in none."""


def main() -> None:
    """Write the counts."""
    rows = read("train")
    counted: Counter[str] = Counter()
    for row in rows:
        meanings = lexicon().read(row.text)
        counted.update(meanings.concepts.keys())
        counted.update({key for sentence in sentences(row.text) for word in sentence for key in word_keys(word)})
    kept = {
        trait: count
        for trait, count in sorted(counted.items())
        if trait in lexicon().concepts or count >= FREQUENT_WORD
    }
    COUNTS.parent.mkdir(exist_ok=True)
    COUNTS.write_text(json.dumps({"texts": len(rows), "counts": kept}, ensure_ascii=False, indent=0), encoding="utf-8")
    print(f"{COUNTS.name}: {len(kept)} traits of {len(rows)} wishes")


if __name__ == "__main__":
    main()

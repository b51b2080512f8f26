"""Counts the runs of letters in `train/` and writes the profiles of `bot/language/data/profiles`: `make train`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from benchmarks.language.corpus import training
from bot.language.identify import LONGEST_RUN, PROFILES, words

SELDOM: Final = {3: 2, 4: 2}
"""Runs of so many letters seen less often are left out: most of them are one word's."""


def runs(word: str) -> Iterator[str]:
    """The runs of letters in a word with a space at both ends, as langdetect counts them but up to four letters."""
    edged = f" {word} "
    for size in range(1, LONGEST_RUN + 1):
        for begin in range(len(edged) - size + 1):
            yield edged[begin : begin + size]


def profile(name: str, texts: Iterable[str]) -> dict[str, Any]:
    """A profile as langdetect's files hold it; runs of four letters come on top."""
    seen = Counter(run for text in texts for word in words(text) for run in runs(word))
    kept = {run: seen[run] for run in sorted(seen) if seen[run] >= SELDOM.get(len(run), 1)}
    totals = [sum(count for run, count in kept.items() if len(run) == size) for size in range(1, LONGEST_RUN + 1)]
    return {"name": name, "n_words": totals, "freq": kept}


def main() -> None:
    """Write them all."""
    PROFILES.mkdir(exist_ok=True)
    for name, texts in training().items():
        made = profile(name, texts)
        path = PROFILES / f"{name}.json"
        path.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{path.name}: {len(texts)} texts, {len(made['freq'])} runs, {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()

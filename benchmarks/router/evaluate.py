"""Judges the router on `dev/*.jsonl`, prints the table and writes it to docs/router.md: `make eval`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.router.corpus import BODIES, LANGUAGES, Labelled, read
from bot.routing.router import Decision, Router, load_router

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "router.md"
SURE: Final = 0.8
BINS: Final = 10
WORST: Final = 25
PASSES: Final = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """One text, what the router said of it, and whether a fair judge accepts the first answer."""

    row: Labelled
    said: Decision

    @property
    def right(self) -> bool:
        """Whether the first answer is the label or a listed alternative."""
        return self.said.body in self.row.accepted

    @property
    def right_in_two(self) -> bool:
        """Whether one of the first two answers is."""
        two = {self.said.body, *(one.body for one in self.said.alternatives[:1])}
        return bool(two & self.row.accepted)


def share(judged: Iterable[bool]) -> float:
    """Share of yes."""
    answers = list(judged)
    return sum(answers) / len(answers) if answers else float("nan")


def calibration_error(judged: Sequence[Judged]) -> float:
    """Expected calibration error over ten equal bins of confidence."""
    error = 0.0
    for index in range(BINS):
        low, high = index / BINS, (index + 1) / BINS
        chosen = [one for one in judged if low < one.said.confidence <= high]
        if chosen:
            sure = sum(one.said.confidence for one in chosen) / len(chosen)
            error += len(chosen) / len(judged) * abs(sure - share(one.right for one in chosen))
    return error


def measures(judged: Sequence[Judged]) -> list[tuple[str, str, str]]:
    """Name, target and value of every measure."""

    def percent(value: float) -> str:
        return f"{100 * value:.1f} %"

    def recall(body: str) -> float:
        return share(one.said.body == body for one in judged if one.row.body == body)

    sure = [one for one in judged if one.said.confidence >= SURE]
    redirects = [one for one in judged if one.row.redirect and one.said.body == "not_petition"]
    excluded = [one for one in redirects if one.row.point is not None and one.said.redirect == one.row.redirect]
    levels = [one for one in judged if one.row.level and one.right and one.said.level]
    units = [one for one in judged if one.row.unit]
    lines = [("accepted answer first", "≥ 92 %", percent(share(one.right for one in judged)))]
    lines += [
        (f"… in {language}", "≥ 90 %", percent(share(one.right for one in judged if one.row.language == language)))
        for language in LANGUAGES
        if any(one.row.language == language for one in judged)
    ]
    lines += [
        ("… noisy", "≥ 85 %", percent(share(one.right for one in judged if one.row.noise))),
        ("exactly the label", "–", percent(share(one.said.body == one.row.body for one in judged))),
        ("recall of maslikhat", "≥ 85 %", percent(recall("maslikhat"))),
        ("recall of not a petition", "≥ 88 %", percent(recall("not_petition"))),
        ("recall of government", "–", percent(recall("government"))),
        ("recall of akimat", "–", percent(recall("akimat"))),
        ("right in the first two", "≥ 97 %", percent(share(one.right_in_two for one in judged))),
        (f"right where confidence ≥ {SURE}", "≥ 97 %", percent(share(one.right for one in sure))),
        (f"texts with confidence ≥ {SURE}", "≥ 60 %", percent(len(sure) / len(judged))),
        ("redirect right", "≥ 85 %", percent(share(one.said.redirect == one.row.redirect for one in redirects))),
        ("forbidden point right", "–", percent(share(one.said.point == one.row.point for one in excluded))),
        ("named unit found", "≥ 92 %", percent(share(one.said.named == one.row.unit for one in units))),
        ("level right", "≥ 88 %", percent(share(one.said.level in one.row.levels for one in levels))),
        ("expected calibration error", "≤ 0.05", f"{calibration_error(judged):.3f}"),
    ]
    return lines


def speed(router: Router, rows: Sequence[Labelled]) -> float:
    """Milliseconds of processor time a text, over the texts of the judging set, after one pass to warm up: the best of
    several passes, for the others measure what else the machine does."""

    def passed() -> float:
        began = time.process_time()
        for row in rows:
            router.route(row.text, row.place)
        return (time.process_time() - began) / len(rows) * 1000

    return min(passed() for _ in range(PASSES))


def cost() -> tuple[float, float]:
    """Seconds of processor time to load the router and megabytes it adds, in a process that has numpy and places; the
    best of several."""
    code = (
        "import json,re,time,numpy\n"
        "def now(): return int(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
        "from bot.places.tree import Gazetteer,shipped_places\n"
        "from bot.places.finder import find\n"
        "import bot.law.forbidden, bot.language.search\n"
        "g=Gazetteer(shipped_places()); find(g,'Талғар')\n"
        "from bot.routing.router import load_router\n"
        "a=now(); t=time.process_time()\n"
        "r=load_router(g); r.route('Көшеге жарық керек')\n"
        "b=now()\n"
        "print(json.dumps([time.process_time()-t,(b-a)/1024]))\n"
    )
    loaded: list[tuple[float, float]] = []
    for _ in range(PASSES):
        said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        seconds, megabytes = json.loads(said)
        loaded.append((seconds, megabytes))
    return min(loaded)


def confusion(judged: Sequence[Judged]) -> list[str]:
    """Rows: the label; columns: the first answer."""
    counts = Counter((one.row.body, one.said.body) for one in judged)
    lines = ["| label \\ answer | " + " | ".join(BODIES) + " |", "| --- |" + " ---: |" * len(BODIES)]
    lines += [f"| {body} | " + " | ".join(str(counts[body, answer]) for answer in BODIES) + " |" for body in BODIES]
    return lines


def voices(judged: Sequence[Judged]) -> list[str]:
    """How each voice fares: they differ more than the languages do."""
    lines = ["| voice | texts | accepted first | in the first two |", "| --- | ---: | ---: | ---: |"]
    for voice in sorted({one.row.voice for one in judged}):
        mine = [one for one in judged if one.row.voice == voice]
        first, two = share(one.right for one in mine), share(one.right_in_two for one in mine)
        lines.append(f"| {voice} | {len(mine)} | {100 * first:.1f} % | {100 * two:.1f} % |")
    return lines


def worst(judged: Sequence[Judged]) -> list[str]:
    """Wrong answers given with the most confidence."""
    wrong = sorted((one for one in judged if not one.right), key=lambda one: -one.said.confidence)
    return [
        f"| {one.said.confidence:.2f} | {one.said.body} | {one.row.body} | {one.row.text[:110].replace('|', '/')} |"
        for one in wrong[:WORST]
    ]


def main() -> None:
    """Judge, print, write."""
    router = load_router()
    rows = read("dev")
    router.route("Көшеге жарық керек")
    began = time.process_time()
    judged = [Judged(row, router.route(row.text, row.place)) for row in rows]
    first_milliseconds = (time.process_time() - began) / len(rows) * 1000
    milliseconds = speed(router, rows)
    seconds, megabytes = cost()
    lines = measures(judged)
    lines += [
        ("a text takes, read for the first time", "≤ 2 ms", f"{first_milliseconds:.2f} ms"),
        ("a text takes, its words met before", "≤ 2 ms", f"{milliseconds:.2f} ms"),
        ("loading takes", "≤ 0.5 s", f"{seconds:.2f} s"),
        ("loading adds", "≤ 60 MB", f"{megabytes:.0f} MB"),
    ]
    taught = read("train")
    table = ["| measure | target | value |", "| --- | --- | ---: |"]
    table += [f"| {name} | {target} | {value} |" for name, target, value in lines]
    text = "\n".join(
        [
            "# How good the router is",
            "",
            "Written by `make eval`; do not edit. The router was taught by "
            f"{len(taught)} texts of {len({row.voice for row in taught})} voices and is judged here on {len(rows)} "
            f"texts of {len({row.voice for row in rows})} other voices, which it never read. What the labels mean: "
            "[benchmarks/router](../benchmarks/router/README.md).",
            "",
            *table,
            "",
            "## Voices",
            "",
            *voices(judged),
            "",
            "## Confusion",
            "",
            *confusion(judged),
            "",
            "## Wrong with the most confidence",
            "",
            "| confidence | answer | label | text |",
            "| ---: | --- | --- | --- |",
            *worst(judged),
            "",
        ]
    )
    DOCUMENT.write_text(text, encoding="utf-8")
    print(text)
    print(f"peak memory of this run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

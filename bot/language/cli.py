"""`python -m bot language`: which language a text is in, one text or JSON lines from standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, NoReturn

import typer


def _refuse(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)


def language(
    text: Annotated[str | None, typer.Argument(help="Any text.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"text"} lines from standard input.')] = False,
) -> None:
    """Say which language a text is in: kk (in any spelling), ru, en or other."""
    from bot.language.identify import identify

    if jsonl:
        for asked in _asked():
            found = identify(asked)
            answer = {"text": asked, "language": found.language, "confidence": round(found.confidence, 4)}
            print(json.dumps(answer, ensure_ascii=False), flush=True)
        return
    if text is None:
        _refuse("Give a text, or --jsonl with lines on standard input.")
    found = identify(text)
    print(f"{found.language}, confidence {found.confidence:.2f}")


def _asked() -> Iterator[str]:
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
        except UnicodeDecodeError:
            _refuse(f"line {number}: not UTF-8")
        except json.JSONDecodeError as error:
            _refuse(f"line {number}: not JSON ({error.msg}); each line is an object with text")
        if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
            _refuse(f'line {number}: an object with "text" is needed')
        yield asked["text"]

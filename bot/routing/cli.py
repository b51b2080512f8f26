"""The router on the command line: one text, or JSON lines from standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any, NoReturn

import typer

from bot.i18n import Language


def _refuse(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)


def route(
    text: Annotated[str | None, typer.Argument(help="What a resident writes.")] = None,
    place: Annotated[str | None, typer.Option(help="Key of the place where the resident lives.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"id", "text", "place"?} lines from stdin.')] = False,
    language: Annotated[str, typer.Option(help="Language of the reasons: kk, ru or en.")] = "en",
) -> None:
    """Say whose matter a wish is: government, maslikhat, akimat, or not a petition."""
    from bot.i18n import LANGUAGES
    from bot.places.tree import Gazetteer, shipped_places
    from bot.routing.router import Router

    spoken = next((one for one in LANGUAGES if one == language), None)
    if spoken is None:
        _refuse(f"--language: {language!r} is none of kk, ru, en")
    gazetteer = Gazetteer(shipped_places())
    router = Router(gazetteer)
    if jsonl:
        for number, asked in _asked():
            key = _known_place(gazetteer, asked.get("place"), f"line {number}: ")
            answer = as_data(router, str(asked["text"]), key, spoken)
            print(json.dumps({"id": asked.get("id"), **answer}, ensure_ascii=False), flush=True)
        return
    if text is None:
        _refuse("Give a text, or --jsonl with lines on standard input.")
    answer = as_data(router, text, _known_place(gazetteer, place, "--place: "), spoken)
    print(json.dumps(answer, ensure_ascii=False) if as_json else _in_words(answer))


def _asked() -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
        except json.JSONDecodeError as error:
            _refuse(f"line {number}: not JSON ({error.msg}); each line is an object with id and text")
        if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
            _refuse(f'line {number}: an object with "text" is needed')
        yield number, asked


def _known_place(gazetteer: Any, key: object, where: str) -> str | None:
    if key is None or key == "":
        return None
    if not isinstance(key, str) or gazetteer.get(key) is None:
        _refuse(f"{where}no place has the key {key!r}; find it with: python -m bot places find NAME --json")
    return key


def as_data(router: Any, text: str, place: str | None, language: Language) -> dict[str, Any]:
    """A decision as the JSON that scripts read; see docs/router.md."""
    decision = router.route(text, place)
    needed = decision.threshold
    return {
        "body": decision.body,
        "level": decision.level,
        "place": decision.place,
        "confidence": decision.confidence,
        "alternatives": [
            {"body": one.body, "level": one.level, "confidence": one.confidence} for one in decision.alternatives
        ],
        "subject": decision.subject,
        "reasons": [
            {"text": reason.texts[language], **({"article": reason.article} if reason.article else {})}
            for reason in decision.reasons
        ],
        "redirect": decision.redirect,
        "threshold": {"votes": needed.votes, "article": needed.article} if needed is not None else None,
        "question": question_data(decision.question, decision.subject, language),
    }


def question_data(question: str | None, subject: str | None, language: Language) -> dict[str, Any] | None:
    """The question that would settle a near decision, with its two answers."""
    from bot.routing.questions import questions

    if question is None:
        return None
    asked = questions().ask(question, subject)
    return {
        "text": asked.text[language],
        "answers": [{"body": body, "text": words[language]} for body, words in asked.answers],
    }


def _in_words(answer: dict[str, Any]) -> str:
    lines = [f"{answer['body']} ({answer['level'] or answer['redirect']}), confidence {answer['confidence']:.2f}"]
    if answer["place"]:
        lines.append(f"place: {answer['place']}")
    if answer["threshold"]:
        lines.append(f"threshold: {answer['threshold']['votes']} (art. {answer['threshold']['article']})")
    lines += [
        f"because: {reason['text']}" + (f" [{reason['article']}]" if "article" in reason else "")
        for reason in answer["reasons"]
    ]
    lines += [f"or: {one['body']} ({one['level']}), {one['confidence']:.2f}" for one in answer["alternatives"]]
    return "\n".join(lines)

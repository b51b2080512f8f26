"""The command line tells languages line by line, and stops with a clear word at a line it cannot read."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.__main__ import commands

RUNNER = CliRunner()


def test_lines_are_answered_in_their_order() -> None:
    texts = ["Көшеде жарық жоқ", "kowede jarik jok", "Нет света", "No light", "світла немає, допоможіть", "12"]
    lines = "\n\n".join(json.dumps({"text": text, "id": 1}) for text in texts)
    result = RUNNER.invoke(commands, ["language", "--jsonl"], input=lines)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [answer["text"] for answer in answers] == texts
    assert [answer["language"] for answer in answers] == ["kk", "kk", "ru", "en", "other", "other"]
    assert all(set(answer) == {"text", "language", "confidence"} for answer in answers)
    assert all(0 <= answer["confidence"] <= 1 for answer in answers)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{nonsense", "line 2: not JSON"),
        (b'["text"]', 'line 2: an object with "text" is needed'),
        (b'{"text": 5}', 'line 2: an object with "text" is needed'),
        (b'{"text": "\xff"}', "line 2: not UTF-8"),
    ],
)
def test_a_bad_line_is_named_and_what_came_before_is_answered(line: bytes, told: str) -> None:
    result = RUNNER.invoke(commands, ["language", "--jsonl"], input=b'{"text": "hello friends"}\n' + line + b"\n")
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stdout.splitlines()) == 1


def test_one_text_is_answered_in_words() -> None:
    result = RUNNER.invoke(commands, ["language", "Қалайсыз, достар"])
    assert result.stdout.startswith("kk, confidence 1.00")
    nothing = RUNNER.invoke(commands, ["language"])
    assert (nothing.exit_code, nothing.stdout) == (2, "")


def test_an_answer_comes_before_the_next_line_and_without_aiogram() -> None:
    code = (
        "import sys, runpy\nsys.argv = ['bot', 'language', '--jsonl']\n"
        "try:\n    runpy.run_module('bot', run_name='__main__')\n"
        "finally:\n    print('aiogram' in sys.modules, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None
        asked.stdin.write(b'{"text": "hello friends"}\n')
        asked.stdin.flush()
        assert json.loads(asked.stdout.readline())["language"] == "en"
        asked.stdin.close()
        assert asked.stdout.read().strip() == b"False"

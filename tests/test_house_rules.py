"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BOT = ROOT / "bot"
FILES = sorted(BOT.rglob("*.py"))
MAY_DETACH = {"telegram", "delivery", "sandbox"}
"""Folders whose loops own the tasks they start."""


NAMED_BY_TELEGRAM = {"bot/sandbox/methods.py", "bot/sandbox/chat_api.py"}
"""Files whose methods are named after the Bot API's and the page's, where those are described."""
NAMED_BY_SQLALCHEMY = {"process_bind_param", "process_result_value"}


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public functions and classes of a module and the public methods of its public classes."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith("_"):
                    yield inner


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_modules_public_functions_and_classes_say_what_they_mean(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        node.name
        for node in _public(tree)
        if ast.get_docstring(node) is None
        and node.name not in NAMED_BY_SQLALCHEMY
        and (isinstance(node, ast.ClassDef) or _named(path) not in NAMED_BY_TELEGRAM)
    ]
    if tree.body and ast.get_docstring(tree) is None:
        silent.insert(0, "the module itself")
    assert silent == []


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_detached_tasks_are_started_only_by_the_loops_that_own_them(path: Path) -> None:
    if path.relative_to(BOT).parts[0] in MAY_DETACH:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            is_group = isinstance(owner, ast.Name) and owner.id == "group"
            assert node.func.attr not in {"create_task", "ensure_future"} or is_group, (
                f"line {node.lineno}: a detached task outlives its session"
            )


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "handlers.py"], ids=_named)
def test_handlers_neither_commit_nor_call_telegram(path: Path) -> None:
    """The inbox commits a handler's effect together with its answer, and sends the answer then."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            of_telegram = isinstance(node.value, ast.Name) and node.value.id in {"message", "query", "bot"}
            sends = of_telegram and node.attr in {"answer", "reply", "edit_text", "edit_reply_markup", "delete"}
            assert node.attr not in {"commit", "rollback"}, f"line {node.lineno}: {node.attr}"
            assert not sends, f"line {node.lineno}: {node.attr}"


def test_the_law_is_data() -> None:
    """Thresholds and terms of art. 90-2 to 90-5 stand in bot/law/data only."""
    legal = {2500, 5000, 50_000}
    for path in FILES:
        if not {"petitions", "residents", "officials", "places", "training"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and type(node.value) is int:
                assert node.value not in legal, f"{_named(path)}:{node.lineno}: {node.value}"


def test_nothing_personal_is_put_into_log_lines() -> None:
    """Log calls name no text, name or phone among their keys."""
    personal = {"text", "name", "first_name", "phone", "phone_number", "title", "telegram_id", "chat_id"}
    for path in FILES:
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"log", "logger"}
            ):
                keys = {keyword.arg for keyword in node.keywords}
                assert not keys & personal, f"{_named(path)}:{node.lineno}: {keys & personal}"

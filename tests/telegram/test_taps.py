"""Protects buttons: whatever the ids grow to, what a button carries fits into Telegram's 64 bytes and comes back."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.screen import CALLBACK_DATA_BYTES, StaleTap, Tap

LARGEST_ID: Final = 9_999_999_999
SMALL: Final = {"page": 99_999, "version": 99_999, "step": 99, "sure": 1, "on": 1, "full": 1, "write": 1, "comment": 1}
LENGTHS: Final = {"kato": 9, "key": 16, "code": 20, "proof": 16, "token": 22}
"""Of texts a button carries."""
WORD: Final = 12
"""Any other text is one of a few words written in the code."""


def known() -> list[type[Tap]]:
    """Every kind of tap of the bot."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name.rpartition(".")[2] in {"views", "messages"}:
            importlib.import_module(module.name)
    return [kind for kind in Tap.known.values() if kind.__module__.startswith("bot.")]


def largest(name: str, kind: str) -> int | str:
    """The largest value of a field."""
    if kind.startswith("int"):
        return SMALL.get(name, LARGEST_ID)
    return "Z" * LENGTHS.get(name, WORD)


@pytest.mark.parametrize("kind", known(), ids=lambda kind: kind.__qualname__)
def test_the_largest_values_fit_and_come_back(kind: type[Tap]) -> None:
    values: dict[str, Any] = {
        field.name: largest(field.name, str(field.type))
        for field in fields(kind)  # type: ignore[arg-type]
    }
    packed = kind(**values).pack()
    assert len(packed.encode()) <= CALLBACK_DATA_BYTES
    assert Tap.read(packed) == kind(**values)


@given(st.text(max_size=80))
def test_whatever_a_client_sends_is_a_tap_or_stale(data: str) -> None:
    known()
    try:
        tap = Tap.read(data)
    except StaleTap:
        return
    assert isinstance(tap, Tap)

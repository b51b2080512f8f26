"""Fixtures of the delivering tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot.delivery.api import BotApi
from tests.delivery.delivering import TOKEN, MovedClock, SmallTelegram


@pytest.fixture
async def telegram() -> AsyncIterator[SmallTelegram]:
    """A Bot API that does as it is told."""
    async with SmallTelegram.running() as running:
        yield running


@pytest.fixture
async def api(telegram: SmallTelegram) -> AsyncIterator[BotApi]:
    """A client of it."""
    async with BotApi(telegram.base, TOKEN) as client:
        yield client


@pytest.fixture
def clock(now: datetime) -> MovedClock:
    """Time that passes when somebody waits."""
    return MovedClock(now)

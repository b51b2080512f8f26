"""Towns: the services of one bot over a fresh database."""

from __future__ import annotations

import pytest

from bot.db import Database
from tests.notifications.town import Town


@pytest.fixture
def any_town(database: Database) -> Town:
    """The services of one bot, once on SQLite and once on PostgreSQL."""
    return Town(database)


@pytest.fixture
def town(sqlite: Database) -> Town:
    """The services of one bot on SQLite, where the dialect does not matter."""
    return Town(sqlite)

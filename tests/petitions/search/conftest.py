"""What tests of searching share."""

from __future__ import annotations

import pytest

from bot.petitions.search.queries import Search
from bot.petitions.service import Petitions
from tests.petitions.reading.making import GAZETTEER, petitions_service


@pytest.fixture
def petitions() -> Petitions:
    """The petitions service, with nobody to moderate."""
    return petitions_service()


@pytest.fixture
def search() -> Search:
    """A search that knows no words yet."""
    return Search(GAZETTEER)

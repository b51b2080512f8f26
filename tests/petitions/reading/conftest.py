"""The service that reading asks for names and dates."""

from __future__ import annotations

import pytest

from bot.petitions.service import Petitions
from tests.petitions.reading.making import petitions_service


@pytest.fixture
def petitions() -> Petitions:
    """The petitions service, with nobody to moderate."""
    return petitions_service()

"""Somebody who wishes, and a router that says what the test wants."""

from __future__ import annotations

from typing import cast

import pytest

from bot.petitions.competence import Competence
from bot.petitions.service import Petitions
from bot.petitions.wishes.service import Wishes
from bot.routing.router import Router
from tests.petitions.reading.making import GAZETTEER, petitions_service
from tests.petitions.stub_router import StubRouter


@pytest.fixture
def petitions() -> Petitions:
    """The petitions service, with nobody to moderate."""
    return petitions_service()


@pytest.fixture
def router() -> StubRouter:
    """A router that proposes the akimat."""
    return StubRouter(GAZETTEER)


@pytest.fixture
def wishes(petitions: Petitions, router: StubRouter) -> Wishes:
    """The service of wishes with that router."""
    return Wishes(petitions, Competence(GAZETTEER, cast("Router", router)))

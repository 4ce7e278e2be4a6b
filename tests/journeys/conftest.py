"""Each story starts with an empty home, or with one in which the round of 2025-Q4 was just opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import copied
from tests.journeys.handovers import Folder
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path, database_url: str | None) -> Iterator[World]:
    """Return a monitor that never ran."""
    world = World(tmp_path, database_url)
    yield world
    world.app.database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Return a monitor that did its first run on 4 February 2026."""
    with copied(request, request.param, tmp_path) as url:
        world = World(tmp_path, url)
        yield world
        world.app.database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return the shipped programme, to change."""
    return Folder(tmp_path / "programma")

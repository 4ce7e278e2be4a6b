"""Each story starts with an empty home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path, database_url: str | None) -> Iterator[World]:
    world = World(tmp_path, database_url)
    yield world
    world.app.database.close()

"""Each story starts with an empty home, or with one in which the round of 2025-Q4 was just opened."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgresql import Server

OPENED = "2026-02-04"


@pytest.fixture
def world(tmp_path: Path, database_url: str | None) -> Iterator[World]:
    """Return a monitor that never ran."""
    world = World(tmp_path, database_url)
    yield world
    world.app.database.close()


@pytest.fixture(scope="session")
def ran_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, None]:
    """Do the first run once; the stories get copies of what it left."""
    home = tmp_path_factory.mktemp("ran") / "home"
    _run_first(World(home))
    return home, None


@pytest.fixture(scope="session")
def ran_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> tuple[Path, str]:
    """Do the same on PostgreSQL."""
    home, address = tmp_path_factory.mktemp("ran") / "home", postgresql.create_migrated()
    _run_first(World(home, address))
    return home, address


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Return a monitor that did its first run on 4 February 2026."""
    home, address = request.getfixturevalue(f"ran_on_{request.param}")
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    url = request.getfixturevalue("postgresql").copy(address) if address else None
    world = World(tmp_path, url)
    yield world
    world.app.database.close()
    if url:
        request.getfixturevalue("postgresql").drop(url)


def _run_first(world: World) -> None:
    world.run(OPENED)
    world.app.database.close()

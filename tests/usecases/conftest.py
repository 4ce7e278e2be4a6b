"""A home in which one run was done, made once and copied for each test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = "2026-02-04"


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ran") / "home"
    world = World(home)
    world.run(DAY)
    world.app.database.close()
    return home


@pytest.fixture
def world(ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Return a monitor that did one run, with its own folder as the present one and nobody ringing the bell."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    world = World(shutil.copytree(ran, tmp_path / "home"))
    yield world
    if "database" in vars(world.app):  # A test that only looks around opened none.
        world.app.database.close()

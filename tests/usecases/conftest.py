"""A home in which one run was done, copied for each test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(ran_on_sqlite: tuple[Path, None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Return a monitor that did one run, with its own folder as the present one and nobody ringing the bell."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    world = World(shutil.copytree(ran_on_sqlite[0], tmp_path / "home"))
    yield world
    if "database" in vars(world.app):  # A test that only looks around opened none.
        world.app.database.close()

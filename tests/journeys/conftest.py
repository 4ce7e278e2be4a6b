"""Each story starts with an empty home, or with one in which the round of 2025-Q4 was just opened.

What a story is about happens above the database, and the tests of the store run on both kinds; so a story is told on
one of them, in turn by its name. Those about the database itself are told on both, and with IPA_TEST_BOTH all are.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from tests.conftest import copied
from tests.journeys.handovers import Folder
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ("sqlite", "postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the database whose turn it is not."""
    if os.environ.get("IPA_TEST_BOTH"):
        return
    kept = [item for item in items if _has_its_turn(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _has_its_turn(item)])
    items[:] = kept


def _has_its_turn(item: pytest.Item) -> bool:
    folder, _, name = item.nodeid.rpartition("/")
    if not folder.endswith("tests/journeys") or item.get_closest_marker("databases"):
        return True
    story, _, variant = name.rstrip("]").partition("[")
    mine = [kind for kind in KINDS if kind in variant.split("-")]
    rest = "-".join(part for part in variant.split("-") if part not in KINDS)
    return len(mine) != 1 or mine[0] == KINDS[crc32(f"{story}-{rest}".encode()) % 2]


@pytest.fixture
def world(tmp_path: Path, database_url: str | None) -> Iterator[World]:
    """Return a monitor that never ran."""
    world = World(tmp_path, database_url)
    yield world
    world.app.database.close()


@pytest.fixture(params=KINDS)
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

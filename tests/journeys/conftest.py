"""Each story starts with an empty home, or with one in which the round of 2025-Q4 was just opened.

What a story is about happens above the database, and the tests of the store run on both kinds; so a story is told on
one of them, in turn by its name. Those about the database itself are told on both, and with IPA_TEST_BOTH all are.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from ipa_core.app import SHIPPED
from tests.conftest import copied
from tests.journeys.handovers import Folder
from tests.journeys.mail_servers import Mailbox, serving
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


@pytest.fixture
def mailbox() -> Mailbox:
    """Return what the mail server of `served` keeps, and how it answers."""
    return Mailbox()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the programme once for all stories about mail servers."""
    home = tmp_path_factory.mktemp("loaded")
    world = World(home)
    world.app.load(SHIPPED, world.app.moment("2026-02-01").at)
    world.app.database.close()
    return home


@pytest.fixture
def home(tmp_path: Path, loaded: Path) -> Path:
    """Return the home of a monitor in which the programme is loaded."""
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def served(home: Path, mailbox: Mailbox) -> Iterator[World]:
    """Return a monitor with a real mail server, in which nothing ran yet."""
    with _served(home, mailbox) as world:
        yield world


@pytest.fixture
def empty(tmp_path: Path, mailbox: Mailbox) -> Iterator[World]:
    """Return a monitor with a real mail server that has loaded nothing yet."""
    with _served(tmp_path / "home", mailbox) as world:
        yield world


@contextmanager
def _served(home: Path, mailbox: Mailbox) -> Iterator[World]:
    with serving(mailbox) as server:
        world = World(home, mail_url=f"smtp://127.0.0.1:{server.port}")
        yield world
        world.app.database.close()

"""What most tests need, and every test that touches a database: it runs on both."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from ipa_core.store.engine import make_engine
from ipa_core.store.schema import upgrade
from tests.journeys.world import World
from tests.postgresql import Server, a_server

Tell = Callable[[str], None]

# On a busy machine of two cores the time of one example says nothing.
settings.register_profile("ipa", deadline=None)
settings.load_profile("ipa")


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Return what a test calls with the counts that are its result: they are listed after all tests."""
    return lambda counts: record_property("counts", counts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the counts, also of tests that other processes did."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [
        str(value)
        for report in sorted(reports, key=lambda one: str(one.nodeid))
        for name, value in getattr(report, "user_properties", ())
        if name == "counts"
    ]
    if told:
        terminalreporter.section("counts")
        terminalreporter.write_line("\n".join(told))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Run one server for all tests of this process; the tests that need it are skipped where there is none."""
    with a_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Return what IPA_DATABASE_URL says: nothing for the embedded database, else an empty one with its tables."""
    if request.param == "sqlite":
        yield None
        return
    server: Server = request.getfixturevalue("postgresql")
    address = server.create_migrated()
    yield address
    server.drop(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database without any tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    address = server.create_empty()
    yield address
    server.drop(address)


@pytest.fixture(scope="session")
def ran_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, None]:
    """Do the first run, on 4 February 2026, once; the tests that start after it get copies of what it left."""
    home = tmp_path_factory.mktemp("ran") / "home"
    _run_first(World(home))
    return home, None


@pytest.fixture(scope="session")
def ran_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> tuple[Path, str]:
    """Do the same on PostgreSQL."""
    home, address = tmp_path_factory.mktemp("ran") / "home", postgresql.create_migrated()
    _run_first(World(home, address))
    return home, address


def _run_first(world: World) -> None:
    world.run("2026-02-04")
    world.app.database.close()


@contextmanager
def copied(request: pytest.FixtureRequest, kind: str, home: Path) -> Iterator[str | None]:
    """Copy what the first run left on a kind of database to a home; yields what IPA_DATABASE_URL says there."""
    origin, address = request.getfixturevalue(f"ran_on_{kind}")
    shutil.copytree(origin, home, dirs_exist_ok=True)
    if address is None:
        yield None
        return
    server: Server = request.getfixturevalue("postgresql")
    copy = server.copy(address)
    yield copy
    server.drop(copy)


@pytest.fixture
def engine(database_url: str | None, tmp_path: Path) -> Iterator[Engine]:
    """Return an engine on a fresh database in the newest shape."""
    engine = make_engine(database_url or f"sqlite:///{tmp_path / 'ipa.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()

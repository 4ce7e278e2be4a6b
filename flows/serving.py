"""One command for a server of Prefect and the runs that it schedules: two processes, which end with this one.

    ipa serve ── flows.server   the server on 127.0.0.1, with a database of its own
              └─ flows.runner   registers the deployments, starts each run as a process of its own

Prefect's home is the folder `prefect` in IPA_HOME. What the two processes say goes to files there.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ipa_core import clock
from ipa_core.channels.handover import DEADLINE_S
from ipa_core.errors import AlreadyServing, PortForbidden, PortTaken, ServingFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HOST: Final = "127.0.0.1"
START_WITHIN: Final = 120.0
"""Seconds for the server to come up: 7 on a machine with nothing else to do, 30 on a busy one."""

STOP_WITHIN: Final = 5.0
"""Seconds that a process has to stop by itself before it is killed."""

RUNS_STOP_WITHIN: Final = DEADLINE_S + 15.0
"""Seconds that a run has to stop by itself: the message that is under way goes first, and is written down."""


@dataclass(frozen=True)
class Serving:
    """The two processes, up and running."""

    url: str
    ahead: list[tuple[str, str, str]]
    """When each deployment runs next (ISO, with offset), its name and its description."""
    children: tuple[Child, ...]

    def wait(self) -> None:
        """Return when somebody asks to stop (SIGINT or SIGTERM); raises ServingFailed when one of the two stops."""
        with suppress(KeyboardInterrupt):
            while True:
                for child in self.children:
                    child.check()
                time.sleep(1)


@dataclass(frozen=True)
class Child:
    """A process that leads a group of its own, so that Ctrl-C reaches only us, and its children end with it."""

    process: subprocess.Popen[bytes]
    log: Path
    stop_within: float

    def check(self) -> None:
        """Raise ServingFailed when it is not there any more."""
        if self.process.poll() is not None:
            raise ServingFailed(str(self.log))

    def stop(self) -> None:
        """Ask it to stop, and kill what is left of its group."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(self.stop_within)
        _kill_group(self.process.pid)
        self.process.wait()


@contextmanager
def serving(home: Path, port: int) -> Iterator[Serving]:
    """Yield when the server answers and the deployments are registered; stop everything at the end.

    SIGTERM acts as SIGINT does: the one who waits gets a KeyboardInterrupt. While stopping, both are ignored.

    Raises:
        AlreadyServing: there is another one in this home.
        PortTaken: somebody listens on the port.
        PortForbidden: this user may not listen on the port.
        ServingFailed: the server or the runner does not come up, or stops by itself.
        OSError: the folder cannot be made or written.

    """
    folder = home.resolve() / "prefect"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _sole(folder), ExitStack() as stack:
        refuse_taken(port)
        stack.callback(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.default_int_handler))
        stack.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, signal.default_int_handler))
        server = stack.enter_context(_started(folder, port, "server", str(port)))
        _wait_for_server(server, folder, port)
        runner, ahead = stack.enter_context(_started_runner(folder, port))
        yield Serving(f"http://{HOST}:{port}", ahead, (server, runner))


def refuse_taken(port: int) -> None:
    """Raise PortTaken when somebody listens on the port, PortForbidden when we may not."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except PermissionError:
            raise PortForbidden(port, _free_port()) from None
        except OSError:
            raise PortTaken(port, _free_port()) from None


def environment(folder: Path, port: int, given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for our processes: no Prefect that is set up beside us has a say, and no proxy."""
    ours = {name: value for name, value in given.items() if not _is_foreign(name)}
    return ours | {
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": f"http://{HOST}:{port}/api",
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'prefect.db'}",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{HOST}:{port}",  # No other page in the browser may command it.
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": HOST,  # Some systems keep their proxies elsewhere.
    }


def _is_foreign(name: str) -> bool:
    """Tell whether a variable is about another Prefect or a proxy; both are read in capitals and in small letters."""
    return name.upper().startswith("PREFECT_") or name.upper().endswith("_PROXY")


@contextmanager
def _sole(folder: Path) -> Iterator[None]:
    """Hold a lock that ends with its holder, or raise AlreadyServing."""
    with (folder / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServing(str(folder)) from None
        yield


@contextmanager
def _started(
    folder: Path,
    port: int,
    name: str,
    *arguments: str,
    pass_fds: tuple[int, ...] = (),
    stop_within: float = STOP_WITHIN,
) -> Iterator[Child]:
    """Start `flows.NAME`; it ends by itself when the pipe to it closes, so also when we are killed."""
    variables = environment(folder, port, os.environ)
    if name == "server":  # It does nothing for the engine, so it need not know where its database and mail are.
        variables = {key: value for key, value in variables.items() if not key.startswith("IPA_")}
    log = folder / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own Python with our own module
            [sys.executable, "-m", f"flows.{name}", *arguments],
            env=variables,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=pass_fds,
        )
    child = Child(process, log, stop_within)
    try:
        yield child
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child.stop()


@contextmanager
def _started_runner(folder: Path, port: int) -> Iterator[tuple[Child, list[tuple[str, str, str]]]]:
    """Start the runner, and yield it with what it reports on a second pipe when it is up; one that died is silent."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as report, ExitStack() as ours:
        ours.callback(os.close, writing)
        started = _started(folder, port, "runner", str(writing), pass_fds=(writing,), stop_within=RUNS_STOP_WITHIN)
        with started as runner:
            ours.close()
            if not (reported := report.read()):
                raise ServingFailed(str(runner.log))
            yield runner, json.loads(reported)


def _wait_for_server(server: Child, folder: Path, port: int) -> None:
    """Return when it answers; raises PortTaken when another one does, for ours binds the port seconds after we looked.

    Otherwise the runner would work for that one, and tidy up the runs that are busy there.
    """
    deadline = clock.monotonic() + START_WITHIN
    while clock.monotonic() < deadline:
        server.check()
        home = _home_of_server(port)
        if home == str(folder):
            return
        if home is not None:
            raise PortTaken(port, _free_port())
        time.sleep(0.2)
    raise ServingFailed(str(server.log))


def _home_of_server(port: int) -> str | None:
    """Return the home of the Prefect that answers on the port; None as long as nobody does, or it is no Prefect."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/api/admin/settings")
        home: str = json.load(connection.getresponse())["home"]
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return None
    finally:
        connection.close()
    return home


def _free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        port: int = tried.getsockname()[1]
        return port


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)

"""Real processes around Prefect: started as an administrator would, watched, and stopped by their group."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipa_core.cli.shapes import signal_shape
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

BIN = Path(sys.executable).parent
PATIENCE = 150.0
"""Seconds; a machine that is busy with other things takes long to start a server."""

RECORDER = """
import os, sys
_opened = os.open(os.environ["RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def _note(event, arguments):
    if event == "socket.connect":
        os.write(_opened, f"connect {arguments[1]!r}\\n".encode())
    elif event == "socket.getaddrinfo":
        os.write(_opened, f"resolve {arguments[0]!r}\\n".encode())
sys.addaudithook(_note)
"""


@dataclass
class Machine:
    """A computer of its own for one test: a folder, variables, and the processes that were started on it.

    Every Python process on it writes down which hosts it asks for.
    """

    root: Path
    variables: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.root / "recorder").mkdir()
        (self.root / "recorder" / "sitecustomize.py").write_text(RECORDER, encoding="utf-8")
        self.variables = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(self.root),
            "IPA_HOME": str(self.home),
            "PYTHONPATH": str(self.root / "recorder"),
            "RECORD": str(self.root / "connections.txt"),
        } | self.variables

    @property
    def home(self) -> Path:
        return self.root / "home"

    def start(self, name: str, *command: str, cwd: Path | None = None, **more: str) -> subprocess.Popen[bytes]:
        """Start a command that goes on; what it prints goes to a file."""
        with self.log(name).open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=cwd or self.root,
                env=self.variables | more,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def run(self, *command: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with nobody there to answer a question."""
        return subprocess.run(
            command,
            cwd=cwd or self.root,
            env=self.variables | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def log(self, name: str) -> Path:
        return self.root / f"{name}.log"

    def hosts(self) -> set[str]:
        """Return whom any process asked for: names and addresses, files on this machine left out."""
        lines = (self.root / "connections.txt").read_text(encoding="utf-8").splitlines()
        return {found for line in lines if (found := _host(line))}

    def end(self) -> None:
        for process in self.started:
            kill_group(process)


def _host(line: str) -> str:
    """Read one line of the recorder: a host is the first text in it; a socket in a file has no parenthesis."""
    kind, _, rest = line.partition(" ")
    found = re.match(r"""\(?b?['"]([^'"]*)""", rest)
    return found.group(1) if found and (kind == "resolve" or rest.startswith("(")) else ""


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def family_of(process: subprocess.Popen[bytes]) -> set[str]:
    """Return the ids of a process, of those that it started, and so on."""
    family = {str(process.pid)}
    while grown := {pid for pid, parent, _ in _processes() if parent in family} - family:
        family |= grown
    return family


def alive(pids: set[str]) -> set[str]:
    """Return who of these still does something."""
    return {pid for pid, _, state in _processes() if pid in pids and not state.startswith("Z")}


def _processes() -> list[list[str]]:
    """Return id, parent and state of every process."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    return [line.split() for line in listed.stdout.splitlines()]


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def wait_until(what: Callable[[], Any], *, within: float = PATIENCE) -> Any:
    """Ask again until there is an answer, and return it."""
    deadline = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)
    return found


def decisions(home: Path, as_of: str) -> dict[str, Any]:
    """Return what the monitor decided in a home, and which mails went.

    How often a mail was tried is left out: a crash in the middle may cost a second try, under the same name.
    """
    world = World(home)
    signals = [signal_shape(card) for card in world.signals(as_of, is_all=True)]
    messages = [line.as_json() for line in world.messages(as_of)]
    world.app.database.close()
    for message in messages:
        del message["attempts"], message["doubtful"]
    return {
        "signals": sorted(signals, key=lambda one: str(one["id"])),
        "messages": sorted(messages, key=lambda one: (str(one["key"]), str(one["recipient"]))),
        "mails": sorted(path.name for path in (home / "mail").glob("*.eml")),
    }


def plain_run(machine: Machine, home: Path, as_of: str) -> None:
    """Do what `ipa run` does, without any Prefect."""
    done = machine.run("ipa", "run", "--as-of", as_of, IPA_HOME=str(home))
    assert done.returncode == 0, done.stderr

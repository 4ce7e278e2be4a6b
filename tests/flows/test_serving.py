"""`ipa serve` is one command: it starts, tells what it does, survives a crash, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import pytest

from flows.deployments import read_deployments
from flows.serving import STOP_WITHIN, environment, serving
from ipa_core.app import build_app
from ipa_core.cli.refusals import explain
from ipa_core.cli.serving import STOPPING
from ipa_core.errors import PortForbidden, PortTaken
from ipa_core.settings import Settings
from tests.flows.processes import Machine, alive, decisions, family_of, free_port, plain_run, wait_until
from tests.journeys.mail_servers import Mailbox
from tests.journeys.mail_servers import serving as mail_server
from tests.journeys.world import World

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect-serve")]

FIRST_DAY = "2026-02-04"


class SlowMailbox(Mailbox):
    """Takes longer over a message than `ipa serve` waits for a process that has nothing to do."""

    under_way = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd calls
        self.under_way += 1
        await asyncio.sleep(STOP_WITHIN + 2)
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def a_machine(folder: Path) -> Iterator[Machine]:
    machine = Machine(folder)
    try:
        yield machine
    finally:
        machine.end()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with a_machine(tmp_path_factory.mktemp("serve")) as machine:
        yield machine


def test_serve_comes_up_survives_a_crash_and_leaves_nothing_behind(machine: Machine) -> None:
    port = free_port()

    first = serve(machine, port, "first")

    told = machine.log("first").read_text("utf-8")
    assert f"Het scherm van Prefect: http://127.0.0.1:{port}\n" in told
    assert [one.name for one in read_deployments() if one.name not in told] == []
    assert refusal(machine, port) == (1, f"Er loopt hier al een `ipa serve`. Wat het deed staat in: {books(machine)}\n")
    assert refusal(machine, port, IPA_HOME=str(machine.root / "other"))[1].startswith(
        f"Poort {port} is al in gebruik. Kies een andere, bijvoorbeeld: --port "
    )

    run_by_hand(port)
    wait_until(lambda: has_programme(machine.home))
    family = family_of(first)
    first.kill()

    assert len(family) >= 4
    wait_until(lambda: not alive(family), within=10)
    assert ("Running", 1) in states(machine)

    second = serve(machine, port, "second")
    wait_until(lambda: ("Completed", 2) in states(machine))
    family = family_of(second)
    started = time.monotonic()
    second.send_signal(signal.SIGTERM)

    assert second.wait(20) == 0
    assert time.monotonic() - started < 12
    assert not alive(family)
    assert machine.log("second").read_text("utf-8").endswith(f"Stoppen: Ctrl-C\n{STOPPING}\nDe planning is gestopt.\n")
    plain_run(machine, machine.root / "twin", FIRST_DAY)
    assert decisions(machine.home, FIRST_DAY) == decisions(machine.root / "twin", FIRST_DAY)
    assert decisions(machine.home, FIRST_DAY)["mails"]
    assert machine.hosts() == {"127.0.0.1"}
    assert paused_schedules(machine) == 0


@pytest.mark.proof
def test_a_message_under_way_is_waited_for_and_the_next_ones_stay(tmp_path: Path) -> None:
    mailbox = SlowMailbox()
    with mail_server(mailbox) as server, a_machine(tmp_path) as machine:
        port = free_port()
        running = serve(machine, port, "sending", IPA_MAIL_URL=f"smtp://127.0.0.1:{server.port}")
        run_by_hand(port)
        wait_until(lambda: mailbox.under_way)
        running.send_signal(signal.SIGTERM)

        assert running.wait(60) == 0
        assert states(machine) == {("Completed", 1)}

    told = machine.log("sending").read_text("utf-8")
    assert told.endswith(f"\n{STOPPING}\nDe planning is gestopt.\n")
    world = World(machine.home)
    tried = {(line.message, line.state, line.is_doubtful) for line in world.messages(FIRST_DAY) if line.attempts}
    world.app.database.close()
    assert [how for _, *how in tried] == [["handed_over", False]]
    assert len(mailbox.accepted) == 1


def test_what_cannot_be_written_is_told(machine: Machine) -> None:
    (machine.root / "file").write_text("no folder", encoding="utf-8")

    status, told = refusal(machine, free_port(), IPA_HOME=str(machine.root / "file"))

    assert (status, told.count("\n")) == (1, 1)
    assert told.startswith("Het bestand of de map ")


def test_a_server_that_does_not_come_up_is_safe_to_repeat(machine: Machine) -> None:
    home = machine.root / "broken"
    (home / "prefect" / "prefect.db").mkdir(parents=True)

    status, told = refusal(machine, free_port(), IPA_HOME=str(home))

    assert status == 3
    assert f"Waarom, staat in: {home / 'prefect' / 'server.log'}." in told


def test_a_port_that_this_user_may_not_use_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bind = socket.socket.bind

    def guarded(tried: socket.socket, address: tuple[str, int]) -> None:
        if address[1] == 80:
            raise PermissionError(13, "Permission denied")
        bind(tried, address)

    monkeypatch.setattr(socket.socket, "bind", guarded)

    with pytest.raises(PortForbidden) as refused, serving(tmp_path, 80):
        pass

    told = explain(refused.value).lines
    assert [line.rpartition(" ")[0] for line in told] == [
        "Deze gebruiker mag poort 80 niet openen. Kies een poort vanaf 1024, bijvoorbeeld: --port"
    ]


def test_a_prefect_that_took_the_port_after_we_looked_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.serving.refuse_taken", lambda _: None)

    with prefect_of(tmp_path / "other") as port, pytest.raises(PortTaken) as refused, serving(tmp_path, port):
        pass

    assert refused.value.values[0] == port
    assert not (tmp_path / "prefect" / "runner.log").exists()


def test_no_other_prefect_has_a_say(tmp_path: Path) -> None:
    given = {"PREFECT_API_KEY": "secret", "prefect_api_url": "https://elsewhere.example"}

    variables = environment(tmp_path, 4200, given)

    assert given.keys() & variables.keys() == set()
    assert variables["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert variables["PREFECT_API_DATABASE_CONNECTION_URL"] == f"sqlite+aiosqlite:///{tmp_path}/prefect.db"
    assert variables["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_no_proxy_comes_between_our_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"HTTPS_PROXY": "http://proxy.example:8080", "all_proxy": "socks5://proxy.example", "no_proxy": "a.example"}

    monkeypatch.setattr("os.environ", environment(tmp_path, 4200, given))

    assert getproxies() == {"no": "127.0.0.1"}


@contextmanager
def prefect_of(home: Path) -> Iterator[int]:
    """Answer every question as a Prefect with this home does, as far as `ipa serve` looks; yields the port."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"home": str(home)}).encode())

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def serve(machine: Machine, port: int, name: str, **variables: str) -> subprocess.Popen[bytes]:
    """Start it, and return when it says that it is up."""
    process = machine.start(name, "ipa", "serve", "--port", str(port), **variables)

    def is_up() -> bool:
        assert process.poll() is None, machine.log(name).read_text("utf-8")
        return "Stoppen: Ctrl-C" in machine.log(name).read_text("utf-8")

    wait_until(is_up)
    return process


def refusal(machine: Machine, port: int, **variables: str) -> tuple[int, str]:
    """Return the exit status and what goes to people who read errors."""
    done = machine.run("ipa", "serve", "--port", str(port), **variables)
    return done.returncode, done.stderr


def run_by_hand(port: int) -> None:
    from prefect.deployments import run_deployment
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}):
        run_deployment("monitor/ochtend", parameters={"as_of": FIRST_DAY}, timeout=0)


def states(machine: Machine) -> set[tuple[str, int]]:
    """Return the state of each run that was ever started, and how often that was."""
    return set(ask(machine, "SELECT state_name, run_count FROM flow_run WHERE run_count > 0"))


def paused_schedules(machine: Machine) -> int:
    return len(ask(machine, "SELECT id FROM deployment WHERE paused"))


def ask(machine: Machine, question: str) -> list[Any]:
    """Read Prefect's own database, which a server that was killed cannot tell about."""
    with closing(sqlite3.connect(books(machine) / "prefect.db")) as database:
        return database.execute(question).fetchall()


def books(machine: Machine) -> Path:
    return machine.home / "prefect"


def has_programme(home: Path) -> bool:
    app = build_app(Settings(_env_file=None, home=home))
    return app.has_programme()

"""The doctor asks Prefect whether the schedules are on, and says what is wrong when it gets no answer."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ipa_core.reports.health import Mark
from ipa_core.usecases.health.schedules import DEPLOYMENTS
from tests.journeys.mail_servers import hanging
from tests.journeys.world import World
from tests.usecases.findings import a_closed_port, look

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = "2026-02-04"
ROOT = Path(__file__).parents[2]


@contextmanager
def prefect_that_knows(deployments: dict[str, dict[str, Any]], *, login: str | None = None) -> Iterator[str]:
    """Answer as the API of Prefect does for one deployment by name, to whoever logs in like this."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = deployments.get(self.path.removeprefix("/api/deployments/name/"))
            is_let_in = login is None or self.headers["Authorization"] == login
            self.send_response((404 if known is None else 200) if is_let_in else 401)
            self.end_headers()
            self.wfile.write(json.dumps(known).encode())

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


def a_deployment(**changes: Any) -> dict[str, Any]:
    return {"paused": False, "schedules": [{"active": True}], "status": "READY", **changes}


ALL_ON = {name: a_deployment() for name in DEPLOYMENTS}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {}, id="all five are on"),
        pytest.param(
            {"monitor/ochtend": None}, {"schedules.missing": {"names": ("monitor/ochtend",)}}, id="one is missing"
        ),
        pytest.param(
            {"monitor/ochtend": a_deployment(paused=True), "open-round/dagelijks": a_deployment(schedules=[])},
            {"schedules.switched_off": {"names": ("monitor/ochtend", "open-round/dagelijks")}},
            id="two are off",
        ),
        pytest.param(
            {"monitor/ochtend": a_deployment(status="NOT_READY")},
            {"schedules.no_worker": {"names": ("monitor/ochtend",)}},
            id="nobody carries one out",
        ),
    ],
)
def test_the_schedules_are_asked_of_prefect(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, dict[str, Any] | None],
    expected: dict[str, dict[str, Any]],
) -> None:
    known = {name: one for name, one in (ALL_ON | changes).items() if one}

    with prefect_that_knows(known) as address:
        monkeypatch.setenv("PREFECT_API_URL", address)
        found = look(world)

    assert {name: one.values for name, one in found.items() if name.startswith("schedules")} == expected


def test_a_prefect_that_is_away_is_wrong(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{a_closed_port()}/api")

    assert look(world)["schedules.away"].mark is Mark.WRONG


@pytest.mark.parametrize(
    ("variables", "login"),
    [
        pytest.param({"PREFECT_API_AUTH_STRING": "admin:geheim"}, "Basic YWRtaW46Z2VoZWlt", id="a server of our own"),
        pytest.param({"PREFECT_API_KEY": "geheim"}, "Bearer geheim", id="a key"),
        pytest.param(
            {"PREFECT_API_AUTH_STRING": "admin:geheim", "PREFECT_API_KEY": "ander"},
            "Basic YWRtaW46Z2VoZWlt",
            id="the first wins, as it does in Prefect",
        ),
    ],
)
def test_a_prefect_with_a_login_is_asked_as_prefect_does(
    world: World, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], login: str
) -> None:
    for name in ("PREFECT_API_AUTH_STRING", "PREFECT_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    with prefect_that_knows(ALL_ON, login=login) as address:
        monkeypatch.setenv("PREFECT_API_URL", address)
        refused = look(world)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        let_in = look(world)

    assert refused["schedules.login"].mark is Mark.WRONG
    assert [name for name in let_in if name.startswith("schedules")] == []


def test_something_else_that_listens_there_is_no_prefect(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with hanging(b"SSH-2.0-OpenSSH_9.2\r\n") as (address, _):
        monkeypatch.setenv("PREFECT_API_URL", f"{address.replace('smtp', 'http')}/api")

        assert look(world)["schedules.away"].mark is Mark.WRONG


def test_the_schedules_that_are_asked_for_are_those_of_prefect_yaml() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    entrypoints = {one["name"]: one["entrypoint"].partition(":")[2].replace("_", "-") for one in deployments}

    assert sorted(DEPLOYMENTS) == sorted(f"{flow}/{name}" for name, flow in entrypoints.items())

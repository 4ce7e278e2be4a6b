"""A server and a worker of one's own, set up with the very commands of the README, in a clean checkout.

One story on one server: late runs are waiting, a schedule fires by itself, a run is killed with its worker.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Scheduled

from flows.deployments import read_deployments
from flows.run_table import KEY
from flows.upkeep import NAME, keep_heartbeat_automation
from ipa_core import clock
from tests.flows.processes import Machine, decisions, free_port, kill_group, plain_run, wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from uuid import UUID

    from prefect.client.schemas.objects import FlowRun

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.xdist_group("prefect-own-server"),
    # Prefect leaves connections to its server open; the collector finds them while any code runs, ours included.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

ROOT = Path(__file__).parents[2]
FIRST_DAY = "2026-02-04"
CANARY = "kanarie-7f3b"
SECRETS = {
    "IPA_SECRET_KEY": f"{CANARY}-key",
    "IPA_IMAP_URL": f"imaps://ipa:{CANARY}-imap@127.0.0.1",
}
QUICK = {"PREFECT_WORKER_QUERY_SECONDS": "1"}


@dataclass
class OwnServer:
    """What the README lets one start, and what came of it."""

    machine: Machine
    checkout: Path
    api: SyncPrefectClient
    worker: subprocess.Popen[bytes]
    late: list[UUID]
    fires: UUID

    def end_of(self, run: UUID) -> FlowRun:
        """Wait until a run ended."""

        def ended() -> FlowRun | None:
            found = self.api.read_flow_run(run)
            return found if found.state and found.state.is_final() else None

        done: FlowRun = wait_until(ended)
        return done


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    settings = QUICK | SECRETS | exported(api)
    machine = Machine(tmp_path_factory.mktemp("own"), settings)
    checkout = clean_checkout(machine.root / "checkout")
    try:
        server = machine.start("server", *readme("prefect server start"), "--port", str(port), cwd=checkout)
        with temporary_settings({PREFECT_API_URL: api}), get_client(sync_client=True) as client:
            wait_until(lambda: server.poll() is not None or client.api_healthcheck() is None)
            for command in ("python -m flows.upkeep", "prefect --no-prompt deploy"):
                done = machine.run(*readme(command), cwd=checkout)
                assert done.returncode == 0, done.stdout + done.stderr
            late = [due_since(client, timedelta(hours=hours)) for hours in (1, 2, 3)]
            fires = deployed_with_a_short_schedule(client)
            worker = machine.start("worker", *readme("prefect worker start"), cwd=checkout)
            yield OwnServer(machine, checkout, client, worker, late, fires)
    finally:
        machine.end()


def test_a_schedule_fires_by_itself_and_three_late_runs_do_what_one_does(own: OwnServer) -> None:
    ends = [own.end_of(run) for run in own.late]
    fired = own.end_of(wait_until(lambda: first_run_of(own.api, own.fires)))

    assert [run.state_name for run in (*ends, fired)] == ["Completed"] * 4
    assert fired.auto_scheduled
    plain_run(own.machine, own.machine.root / "twin", FIRST_DAY)
    assert decisions(own.machine.home, FIRST_DAY) == decisions(own.machine.root / "twin", FIRST_DAY)
    assert len(decisions(own.machine.home, FIRST_DAY)["mails"]) == 6


def test_the_server_shows_the_schedules_and_the_table_of_a_run(own: OwnServer) -> None:
    own.end_of(own.late[0])

    for one in read_deployments():
        shown = own.api.read_deployment_by_name(f"{one.load_flow().name}/{one.name}")
        assert [(plan.active, plan.schedule.model_dump(include={"cron", "timezone"})) for plan in shown.schedules] == [
            (True, plan) for plan in one.schedules
        ]
        assert first_run_of(own.api, shown.id)
    tables = own.api.request("POST", "/artifacts/filter", json={"artifacts": {"key": {"any_": [KEY]}}}).json()
    assert {one["flow_run_id"] for one in tables} >= {str(run) for run in own.late}
    assert all(one["data"].startswith("## Ronde van de monitor op woensdag 4 februari 2026") for one in tables)
    assert any("| Berichten overgedragen | 6 |" in one["data"] for one in tables)


def test_a_run_that_dies_with_its_worker_is_called_crashed_and_a_plain_run_finishes_its_work(own: OwnServer) -> None:
    for run in own.late:
        own.end_of(run)
    with temporary_settings({PREFECT_API_URL: str(own.api.api_url)}):
        asyncio.run(keep_heartbeat_automation(timedelta(seconds=10)))
    home = own.machine.root / "killed"
    run = run_in(own, home)

    wait_until((home / "ipa.db").exists)
    process = wait_until(lambda: own.api.read_flow_run(run).infrastructure_pid)
    os.kill(int(process.rpartition(":")[2]), signal.SIGKILL)
    kill_group(own.worker)

    assert own.api.read_flow_run(run).state_name == "Running"
    plain_run(own.machine, home, FIRST_DAY)
    plain_run(own.machine, own.machine.root / "twin", FIRST_DAY)
    assert decisions(home, FIRST_DAY) == decisions(own.machine.root / "twin", FIRST_DAY)
    assert own.end_of(run).state_name == "Crashed"
    assert [one.name for one in own.api.read_automations_by_name(NAME)] == [NAME]


def test_no_secret_reaches_prefect_and_nobody_outside_is_asked_anything(own: OwnServer) -> None:
    for run in own.late:
        own.end_of(run)
    broken = [
        {"IPA_DATABASE_URL": f"postgresql+onbekend://ipa:{CANARY}-db@127.0.0.1/ipa"},
        {"IPA_MAIL_URL": f"smtp://ipa:{CANARY}/mail@127.0.0.1:25", "IPA_HOME": str(own.machine.root / "broken")},
    ]
    call = f"from flows.monitor import monitor; monitor(as_of={FIRST_DAY!r})"

    failed = [own.machine.run("python", "-c", call, cwd=own.checkout, **one) for one in broken]

    assert [done.returncode for done in failed] == [1, 1]
    assert [CANARY in done.stdout + done.stderr for done in failed] == [False, False]
    books = [path for path in own.machine.root.rglob("*") if path.is_file() and is_of_prefect(path)]
    assert {"prefect.db", "server.log", "worker.log"} <= {path.name for path in books}
    assert [path.name for path in books if CANARY.encode() in path.read_bytes()] == []
    assert own.machine.hosts() == {"127.0.0.1"}


def is_of_prefect(path: Path) -> bool:
    return ".prefect" in path.parts or path.suffix == ".log"


def readme(start: str) -> list[str]:
    """Return the command in the README that starts so."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.search(rf"^{re.escape(start)}[^#\n]*", text, re.MULTILINE)
    assert found, f"the README has no {start}"
    return found.group().split()


def exported(api: str) -> dict[str, str]:
    """Return the variables that the README exports, with the address of this server."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"^export (PREFECT_API_URL=.*)$", text, re.MULTILINE)
    assert found
    return dict(one.split("=", 1) for one in found.group(1).split()) | {"PREFECT_API_URL": api}


def clean_checkout(folder: Path) -> Path:
    """Copy what a clone has and what these commands read."""
    folder.mkdir()
    for name in ("flows", "ipa_core"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("prefect.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


def due_since(client: SyncPrefectClient, ago: timedelta) -> UUID:
    """Leave a run that should have started when nobody was there to start it."""
    deployment = client.read_deployment_by_name("monitor/ochtend")
    state: Any = Scheduled(scheduled_time=clock.now() - ago)
    return client.create_flow_run_from_deployment(deployment.id, parameters={"as_of": FIRST_DAY}, state=state).id


def deployed_with_a_short_schedule(client: SyncPrefectClient) -> UUID:
    """Deploy the morning run a second time, on a schedule that fires in a few seconds."""
    morning = client.read_deployment_by_name("monitor/ochtend")
    soon = IntervalSchedule(interval=timedelta(hours=1), anchor_date=clock.now() + timedelta(seconds=8))
    return client.create_deployment(
        flow_id=morning.flow_id,
        name="gauw",
        entrypoint=morning.entrypoint,
        path=morning.path,
        pull_steps=morning.pull_steps,
        parameters={"as_of": FIRST_DAY},
        schedules=[DeploymentScheduleCreate(schedule=soon)],
        work_pool_name=morning.work_pool_name,
        job_variables=morning.job_variables,
    )


def first_run_of(client: SyncPrefectClient, deployment: UUID) -> UUID | None:
    """Return the run that the scheduler planned first."""
    body = {"deployments": {"id": {"any_": [str(deployment)]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 1}
    found = client.request("POST", "/flow_runs/filter", json=body).json()
    return found[0]["id"] if found else None


def run_in(own: OwnServer, home: Path) -> UUID:
    """Let the worker start a run in another home."""
    morning = own.api.read_deployment_by_name("monitor/ochtend")
    variables = {"env": morning.job_variables["env"] | {"IPA_HOME": str(home)}}
    return own.api.create_flow_run_from_deployment(
        morning.id, parameters={"as_of": FIRST_DAY}, job_variables=variables
    ).id

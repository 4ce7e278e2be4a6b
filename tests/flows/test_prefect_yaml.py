"""Prefect starts each flow when it should, and tells nobody about it; none of this needs a server."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect.server.schemas.schedules import CronSchedule

from flows.deployments import Deployment, read_deployments
from flows.runner import registered
from flows.upkeep import TAG

ROOT = Path(__file__).parents[2]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
SCHEDULES = [(one["entrypoint"], schedule) for one in DEPLOYMENTS for schedule in one["schedules"]]

A_FRIDAY = datetime(2026, 10, 23, tzinfo=AMSTERDAM)
"""Of the weekend in which the clock goes back."""

IMPORT_EVERYTHING = """
import sys
from importlib import import_module
from pkgutil import walk_packages

import ipa_core

names = [module.name for module in walk_packages(ipa_core.__path__, "ipa_core.") if "__main__" not in module.name]
for name in names:
    if ".migrations.versions" not in name and not name.endswith(".migrations.env"):
        import_module(name)
from ipa_core.cli.main import cli

assert "ipa_core.cli.main" in sys.modules and "ipa_core.usecases.run_monitor" in sys.modules, names
print([name for name in sys.modules if name.split(".")[0] == "prefect"])
"""

TELEMETRY = """
import json, os, sys
import flows
variables = {name: os.environ.get(name) for name in ("DO_NOT_TRACK", "PREFECT_SERVER_ANALYTICS_ENABLED")}
assert "prefect" not in sys.modules
import flows.monitor
from prefect._internal.analytics import is_telemetry_enabled
from prefect.settings import get_current_settings
print(json.dumps([variables, is_telemetry_enabled(), get_current_settings().server.analytics_enabled]))
"""


@pytest.mark.parametrize("entrypoint", [one["entrypoint"] for one in DEPLOYMENTS])
def test_every_entrypoint_is_a_flow_with_the_same_two_parameters(entrypoint: str) -> None:
    path, function = entrypoint.split(":")

    flow = getattr(import_module(path.removesuffix(".py").replace("/", ".")), function)

    assert flow.name == function.replace("_", "-")
    assert list(flow.parameters.properties) == ["programme", "as_of"]
    assert flow.parameters.required == []


def test_every_flow_is_deployed_once() -> None:
    modules = {f"flows/{file.name}" for file in (ROOT / "flows").glob("*.py") if "\n@flow(" in file.read_text()}

    assert sorted(one["entrypoint"].split(":")[0] for one in DEPLOYMENTS) == sorted(modules)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one["entrypoint"])
def test_no_dead_run_holds_up_the_next_and_the_server_cannot_be_mistaken(deployment: dict[str, Any]) -> None:
    assert deployment["work_pool"]["name"] == "ipa-process"
    assert "concurrency_limit" not in deployment
    assert deployment["work_pool"]["job_variables"]["env"] == {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "ipa_core,flows",
    }


@pytest.mark.parametrize("deployment", read_deployments(), ids=lambda one: one.entrypoint)
def test_the_server_and_the_upkeep_know_our_runs_by_their_tag(deployment: Deployment) -> None:
    assert deployment.tags == [TAG]
    assert asyncio.run(registered(deployment)).tags == [TAG]


@pytest.mark.parametrize(("entrypoint", "schedule"), SCHEDULES)
def test_nothing_fires_in_the_hour_that_comes_twice_or_never(entrypoint: str, schedule: dict[str, Any]) -> None:
    assert schedule["timezone"] == "Europe/Amsterdam", entrypoint

    hours = {at.hour for start in nights_of_the_clock(2026) for at in local_dates(schedule, start, days=4)}

    assert hours
    assert 2 not in hours


@pytest.mark.parametrize(
    ("flow", "on_friday", "in_the_weekend"),
    [
        ("monitor", ["07:00"], []),
        ("open_round", ["06:45"], []),
        ("detect_knelpunten", ["12:00"], ["12:00", "12:00"]),
        ("collect_submissions", [f"{hour:02}:{minute:02}" for hour in range(7, 18) for minute in (5, 20, 35, 50)], []),
        ("dispatch_outbox", [f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 30)], []),
    ],
)
def test_the_hours_on_the_clock_of_amsterdam(flow: str, on_friday: list[str], in_the_weekend: list[str]) -> None:
    schedules = [schedule for entrypoint, schedule in SCHEDULES if entrypoint.endswith(f":{flow}")]

    dates = sorted(at for schedule in schedules for at in local_dates(schedule, A_FRIDAY, days=3))

    assert [f"{at:%H:%M}" for at in dates if at.date() == A_FRIDAY.date()] == on_friday
    assert [f"{at:%H:%M}" for at in dates if at.date() != A_FRIDAY.date()] == in_the_weekend


def test_importing_any_flow_turns_the_reports_to_the_maker_of_prefect_off(tmp_path: Path) -> None:
    variables, is_client_on, is_server_on = json.loads(run_clean(TELEMETRY, tmp_path))

    assert variables == {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    assert (is_client_on, is_server_on) == (False, False)


def test_what_was_set_outside_does_not_turn_them_on_again(tmp_path: Path) -> None:
    shown = run_clean(TELEMETRY, tmp_path, DO_NOT_TRACK="0", PREFECT_SERVER_ANALYTICS_ENABLED="true")

    assert json.loads(shown)[1:] == [False, False]


def test_the_engine_and_its_command_line_never_import_prefect(tmp_path: Path) -> None:
    assert run_clean(IMPORT_EVERYTHING, tmp_path).strip() == "[]"


def nights_of_the_clock(year: int) -> list[datetime]:
    """Return a Friday before each night in which the clock changes."""
    return [datetime(year, 3, 27, tzinfo=AMSTERDAM), datetime(year, 10, 23, tzinfo=AMSTERDAM)]


def local_dates(schedule: dict[str, Any], start: datetime, *, days: int) -> list[datetime]:
    """Return when Prefect's own scheduler would fire, on the clock of Amsterdam."""
    end = start.replace(day=start.day + days)
    dates = asyncio.run(CronSchedule(**schedule).get_dates(start=start.astimezone(UTC), end=end.astimezone(UTC)))
    return [at.astimezone(AMSTERDAM) for at in dates if at < end]


def run_clean(program: str, home: Path, **variables: str) -> str:
    """Run a program as on a fresh machine: no variables, nothing of an earlier Prefect, no sign of a CI server."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

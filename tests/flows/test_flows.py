"""Each flow does what its command does, on a running Prefect."""

import asyncio
import json
import logging
import os
import subprocess
import sys
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ParameterTypeError

from flows.collect_submissions import collect_submissions
from flows.detect_knelpunten import detect, detect_knelpunten
from flows.dispatch_outbox import dispatch_outbox
from flows.monitor import monitor
from flows.open_round import open_round
from flows.run_table import KEY, run_table
from flows.wiring import opened_app
from ipa_core.app import SHIPPED, App
from ipa_core.errors import NoProgramme, TemporaryFailure, WriteInThePast
from ipa_core.store import rounds
from ipa_core.usecases.show_signals import show_signals
from ipa_core.usecases.views import ProgrammeView
from tests.another_programme import another_programme

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.xdist_group("prefect"),
    pytest.mark.usefixtures("prefect_server"),
    # Prefect leaves connections to its server open; the collector finds them while any code runs, ours included.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

FIRST_DAY = "2026-02-04"
AT_TEN = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)

NOTHING = {
    "as_of": "2026-02-04T09:00:00+00:00",
    "loaded": None,
    "collected": {"accepted": 0, "partly": 0, "rejected": 0, "duplicate": 0},
    "rounds": [],
    "signals": {"opened": 0, "raised": 0, "resolved": 0, "open": 0},
    "sending_stopped": {},
    "messages": {"queued": 0, "handed_over": 0, "retrying": 0, "dead": 0},
}

AN_OPGAVE = {
    "round": "2025-Q4",
    "organisation": "SZW",
    "submitted_by": "szw-main@ministerie.example",
    "updates": [{"recommendation": "UIT-01", "unchanged": True}],
}


@pytest.fixture
def loaded_home(ipa_home: Path) -> Path:
    """Return a home with the shipped programme, in which no run was done."""
    with opened_app() as app:
        app.load(SHIPPED, AT_TEN)
    return ipa_home


def test_monitor_gives_the_counts_of_the_command(
    ipa_home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    counts = monitor(as_of=FIRST_DAY)

    assert counts == run_command(tmp_path / "other", "run", "--as-of", FIRST_DAY)
    assert counts["signals"]["opened"] > 0
    assert counts["messages"]["handed_over"] == len(list((ipa_home / "mail").glob("*.eml"))) > 0
    assert [record.task_run_name for record in caplog.records if record.name == "prefect.task_runs"] == [
        "load_shipped",
        "choose",
        "open_due_round ipa",
        "collect",
        "detect ipa",
        "hand_over ipa",
        "report",
        "count_open ipa",
    ]
    shown = Artifact.get(KEY)
    assert shown is not None
    assert shown.data == run_table(counts)


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that are called as a sign of life; one is set."""
    called: list[str] = []
    monkeypatch.setenv("IPA_HEARTBEAT_URL", "https://leven.example/ipa")
    monkeypatch.setattr("ipa_core.channels.heartbeat.beat", called.append)
    return called


@pytest.mark.usefixtures("loaded_home")
def test_a_live_monitor_gives_one_sign_of_life(beats: list[str]) -> None:
    monitor()

    assert beats == ["https://leven.example/ipa"]


@pytest.mark.usefixtures("loaded_home")
def test_a_run_of_the_past_is_no_sign_of_life(beats: list[str]) -> None:
    monitor(as_of=FIRST_DAY)

    assert beats == []


def test_monitor_a_second_time_does_nothing_twice(
    ipa_home: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_url is not None:
        monkeypatch.setenv("IPA_DATABASE_URL", database_url)
    first = monitor(as_of=FIRST_DAY)
    letters = sorted((ipa_home / "mail").iterdir())

    second = monitor(as_of=FIRST_DAY)

    assert second == NOTHING | {"signals": NOTHING["signals"] | {"open": first["signals"]["open"]}}
    assert sorted((ipa_home / "mail").iterdir()) == letters


@pytest.mark.usefixtures("loaded_home")
def test_detect_gives_the_counts_of_the_command(tmp_path: Path) -> None:
    counts = detect_knelpunten(as_of=FIRST_DAY)

    assert counts == command_after_load(tmp_path / "other", "detect")
    assert counts["messages"]["queued"] > 0


@pytest.mark.usefixtures("loaded_home")
def test_open_round_opens_the_round_that_is_due_once() -> None:
    assert open_round(programme="ipa", as_of=FIRST_DAY) == NOTHING | {
        "rounds": [{"programme": "ipa", "round": "2025-Q4", "requests": 6}]
    }
    assert open_round(programme="ipa", as_of=FIRST_DAY) == NOTHING


def test_collect_takes_in_what_lies_in_the_inbox(loaded_home: Path) -> None:
    open_round(as_of=FIRST_DAY)
    inbox = loaded_home / "inbox"
    inbox.mkdir()
    (inbox / "szw.json").write_text(json.dumps(AN_OPGAVE), encoding="utf-8")

    counts = collect_submissions(as_of=FIRST_DAY)

    assert counts == NOTHING | {"collected": NOTHING["collected"] | {"accepted": 1}}
    assert (inbox / "done" / "szw.json").exists()


def test_dispatch_hands_over_in_the_window_only(loaded_home: Path) -> None:
    promised = detect_knelpunten(as_of=FIRST_DAY)["messages"]["queued"]

    assert dispatch_outbox(as_of="2026-02-04T20:00:00+01:00")["messages"]["handed_over"] == 0
    assert dispatch_outbox(as_of="2026-02-05T09:00:00+01:00")["messages"]["handed_over"] == promised
    assert len(list((loaded_home / "mail").glob("*.eml"))) == promised


@pytest.mark.parametrize(
    ("flow", "mails", "is_signalled"),
    [
        pytest.param(monitor, 6, True, id="monitor"),
        pytest.param(detect_knelpunten, 0, True, id="detect"),
    ],
)
def test_a_programme_that_fails_keeps_no_other_waiting(
    loaded_home: Path, tmp_path: Path, flow: Any, mails: int, is_signalled: bool
) -> None:
    with opened_app() as app:
        app.load(another_programme(tmp_path), AT_TEN + timedelta(days=1))

    with pytest.raises(WriteInThePast):
        flow(as_of=FIRST_DAY)

    with opened_app() as app:
        is_opened, signals = app.database.read(
            lambda session: (
                rounds.find_round(session, "ipa", "2025-Q4") is not None,
                show_signals(ProgrammeView(session, "ipa", at=AT_TEN)),
            )
        )
    assert (is_opened, bool(signals)) == (flow is monitor, is_signalled)
    assert len(list((loaded_home / "mail").glob("*.eml"))) == mails


@pytest.mark.usefixtures("ipa_home")
def test_without_a_programme_only_monitor_loads_one() -> None:
    with pytest.raises(NoProgramme):
        detect_knelpunten(as_of=FIRST_DAY)


@pytest.mark.usefixtures("ipa_home")
def test_an_address_of_no_database_fails_the_run_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("IPA_DATABASE_URL", "postgresql+psycopg://ipa:P@sesam:sesam@db.example/ipa")

    state = monitor(as_of=FIRST_DAY, return_state=True)

    assert (state.is_failed(), "BadAddress: IPA_DATABASE_URL" in str(state.message)) == (True, True)
    assert "sesam" not in str(state.message) + caplog.text


@pytest.mark.usefixtures("loaded_home")
def test_a_moment_without_offset_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ParameterTypeError):
        detect_knelpunten(as_of="2026-02-04T10:00:00")


@pytest.mark.usefixtures("loaded_home")
def test_a_busy_database_is_tried_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = fail_first(monkeypatch, TemporaryFailure(3, 30.0), times=2)

    done = at_once(detect)("ipa", AT_TEN)

    assert done.promised > 0
    assert failures == []


@pytest.mark.usefixtures("loaded_home")
def test_a_database_that_stays_busy_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = fail_first(monkeypatch, TemporaryFailure(3, 30.0), times=4)

    with pytest.raises(TemporaryFailure):
        at_once(detect)("ipa", AT_TEN)

    assert len(failures) == 1


@pytest.mark.usefixtures("loaded_home")
def test_a_write_of_somebody_else_just_before_ours_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = fail_first(monkeypatch, WriteInThePast("ipa", AT_TEN, AT_TEN + timedelta(seconds=1)), times=1)

    done = at_once(detect)("ipa", None)

    assert done.promised > 0
    assert failures == []


@pytest.mark.usefixtures("loaded_home")
def test_a_moment_in_the_past_that_was_asked_for_stays_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = fail_first(monkeypatch, WriteInThePast("ipa", AT_TEN, AT_TEN + timedelta(days=1)), times=2)

    with pytest.raises(WriteInThePast):
        at_once(detect)("ipa", AT_TEN)

    assert len(failures) == 1


@pytest.mark.usefixtures("loaded_home")
def test_a_live_run_reads_the_moment_anew_for_each_task() -> None:
    with time_machine.travel(AT_TEN, tick=True):
        counts = detect_knelpunten()

    assert AT_TEN < datetime.fromisoformat(counts["as_of"]) < AT_TEN + timedelta(minutes=5)


def test_a_schedule_produces_runs() -> None:
    """With SQLAlchemy 2.1 Prefect 3.8.8 makes none, and only the log of its server says so."""
    from prefect.server.services.scheduler import schedule_deployments

    schedule = CronSchedule(cron="0 7 * * 1-5", timezone="Europe/Amsterdam")
    deployment = monitor.to_deployment("test", schedules=[schedule]).apply()

    asyncio.run(schedule_deployments())

    with get_client(sync_client=True) as server:
        planned = server.read_flow_runs(deployment_filter=DeploymentFilter(id={"any_": [deployment]}))
    assert len(planned) >= 3
    assert {run.state_name for run in planned} == {"Scheduled"}


def test_what_the_engine_logs_outside_a_run_gives_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        logging.getLogger("ipa_core.usecases").info("a file was read")


def test_the_table_of_a_run_is_dutch() -> None:
    counts = NOTHING | {"loaded": "ipa", "rounds": [{"programme": "ipa", "round": "2025-Q4", "requests": 6}]}

    assert run_table(counts) == (
        "## Ronde van de monitor op woensdag 4 februari 2026, 10.00 uur\n"
        "\n"
        "| Wat | Aantal |\n"
        "| --- | ---: |\n"
        "| Programma ipa geladen | 1 |\n"
        "| Verzoeken in uitvraag 2025-Q4 van ipa | 6 |\n"
        "| Opgaven verwerkt | 0 |\n"
        "| Opgaven deels verwerkt | 0 |\n"
        "| Opgaven teruggestuurd | 0 |\n"
        "| Opgaven die wij al hadden | 0 |\n"
        "| Signalen nieuw | 0 |\n"
        "| Signalen zwaarder | 0 |\n"
        "| Signalen opgelost | 0 |\n"
        "| Signalen die nu open staan | 0 |\n"
        "| Berichten klaargezet | 0 |\n"
        "| Berichten overgedragen | 0 |\n"
        "| Berichten die later opnieuw gaan | 0 |\n"
        "| Berichten die niet konden gaan | 0 |\n"
    )


def at_once(task: Any) -> Any:
    """Return the task with its repetitions, without the pauses in between."""
    return task.with_options(retry_delay_seconds=0)


def fail_first(monkeypatch: pytest.MonkeyPatch, error: Exception, *, times: int) -> list[Exception]:
    """Let `detect` of the app fail so many times; return the list of failures that are still to come."""
    to_come = [error] * times
    real = App.detect

    def stumbling(app: App, programme: str, at: datetime) -> object:
        if to_come:
            raise to_come.pop()
        return real(app, programme, at)

    monkeypatch.setattr(App, "detect", stumbling)
    return to_come


def command_after_load(home: Path, command: str) -> dict[str, Any]:
    run_command(home, "load", str(SHIPPED), "--as-of", FIRST_DAY)
    return run_command(home, command, "--as-of", FIRST_DAY)


def run_command(home: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "ipa_core", *arguments, "--json"],
        env=os.environ | {"IPA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)

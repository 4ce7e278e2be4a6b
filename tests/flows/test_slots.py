"""A run of the schedule says so when it is complete; a run that somebody starts says nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow
from prefect.states import Scheduled

from flows.deployments import read_deployments
from flows.monitor import monitor
from flows.runner import registered
from flows.slots import AUTO_SCHEDULED
from flows.wiring import opened_app
from ipa_core.app import SHIPPED, App
from ipa_core.domain.runs import MONITOR
from ipa_core.store import runs
from ipa_core.usecases.dispatch_outbox import DispatchSummary
from tests.another_programme import another_programme

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from ipa_core.domain.runs import ScheduledRun

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.xdist_group("prefect"),
    pytest.mark.usefixtures("prefect_server", "ipa_home"),
    # Prefect leaves connections to its server open; the collector finds them while any code runs, ours included.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

FRIDAY = datetime(2026, 3, 27, 6, 0, tzinfo=UTC)
"""Seven in Amsterdam, before the weekend in which summer begins."""
MONDAY = datetime(2026, 3, 30, 5, 0, tzinfo=UTC)


def start(*tags: str, name: str = "ochtend", **parameters: Any) -> None:
    """Start a run of the morning as a server does that planned it for Friday, with these tags."""

    async def deployed() -> UUID:
        (one,) = [one for one in read_deployments() if one.name == "ochtend"]
        deployment = await registered(one)
        deployment.name = name
        return await deployment.aapply()

    identity = asyncio.run(deployed())
    with get_client(sync_client=True) as server:
        planned = server.create_flow_run_from_deployment(
            identity, parameters=parameters, state=Scheduled(scheduled_time=FRIDAY), tags=tags
        )
    run_flow(monitor, flow_run=planned, parameters=planned.parameters)


def done(programme: str = "ipa") -> ScheduledRun | None:
    with opened_app() as app:
        return app.database.read(lambda session: runs.newest(session, programme, MONITOR))


def test_a_run_of_the_schedule_notes_its_slot_and_the_next_one() -> None:
    start(AUTO_SCHEDULED)

    run = done()

    assert run is not None
    assert (run.slot_at, run.next_slot_at) == (FRIDAY, MONDAY)
    assert run.completed_at > FRIDAY


@pytest.mark.parametrize(
    ("tags", "values"),
    [
        pytest.param((), {}, id="somebody started it"),
        pytest.param((AUTO_SCHEDULED,), {"as_of": "2026-02-04"}, id="of a past moment"),
        pytest.param((AUTO_SCHEDULED,), {"name": "eigen"}, id="of a schedule that is not ours"),
    ],
)
def test_any_other_run_notes_nothing(tags: tuple[str, ...], values: dict[str, Any]) -> None:
    start(*tags, **values)

    assert done() is None


def test_a_run_outside_prefect_notes_nothing() -> None:
    monitor()

    assert done() is None


def test_a_programme_that_fails_keeps_no_other_from_being_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_app: App, programme: str, _at: datetime) -> DispatchSummary:
        if programme == "ander":
            raise RuntimeError
        return DispatchSummary()

    monkeypatch.setattr(App, "hand_over", failing)
    with opened_app() as app:
        at = datetime(2026, 3, 26, 12, 0, tzinfo=UTC)
        app.load(SHIPPED, at)
        app.load(another_programme(tmp_path), at)

    with pytest.raises(RuntimeError):
        start(AUTO_SCHEDULED)

    assert (done() is not None, done("ander")) == (True, None)

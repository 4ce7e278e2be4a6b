"""After downtime one late run of each kind is left, and what died is started again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.server.events.schemas.automations import EventTrigger
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.states import Running, Scheduled

from flows.monitor import monitor
from flows.open_round import open_round
from flows.upkeep import DEAD_AFTER, HEARTBEAT, NAME, TAG, fold_late_runs, keep_heartbeat_automation, revive_dead_runs
from ipa_core import clock

if TYPE_CHECKING:
    from uuid import UUID

    from prefect import Flow

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.xdist_group("prefect"),
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


def test_of_late_runs_the_last_one_of_each_kind_is_left() -> None:
    morning, round_ = deployed(monitor), deployed(open_round)
    oldest, older, newest = (planned(morning, hours=hours) for hours in (-3, -2, -1))
    other, asked, ahead = planned(round_, hours=-5), planned(morning, hours=-4, as_of="2026-02-04"), planned(morning, 1)

    asyncio.run(fold_late_runs())
    asyncio.run(fold_late_runs())

    assert [state_of(run) for run in (oldest, older)] == ["Cancelled", "Cancelled"]
    assert [state_of(run) for run in (newest, other, asked, ahead)] == ["Scheduled"] * 4


def test_a_run_that_died_is_due_again() -> None:
    run = planned(deployed(monitor), hours=-1)
    with get_client(sync_client=True) as server:
        server.set_flow_run_state(run, Running(), force=True)

    asyncio.run(revive_dead_runs())

    assert state_of(run) == "Scheduled"


def test_runs_of_others_on_the_same_server_are_left_alone() -> None:
    theirs = monitor.to_deployment("theirs", tags=["nightly"]).apply()
    runs = [planned(theirs, hours=hours) for hours in (-3, -2, -1)]
    with get_client(sync_client=True) as server:
        server.set_flow_run_state(runs[0], Running(), force=True)

    asyncio.run(revive_dead_runs())
    asyncio.run(fold_late_runs())

    assert [state_of(run) for run in runs] == ["Running", "Scheduled", "Scheduled"]


def test_there_is_one_automation_on_heartbeats_however_often_it_is_made() -> None:
    asyncio.run(keep_heartbeat_automation(timedelta(seconds=11)))
    asyncio.run(keep_heartbeat_automation())

    with get_client(sync_client=True) as server:
        found = server.read_automations_by_name(NAME)
    assert [(one.enabled, one.trigger.within) for one in found] == [(True, DEAD_AFTER)]


def test_only_our_runs_owe_a_heartbeat() -> None:
    asyncio.run(keep_heartbeat_automation())

    with get_client(sync_client=True) as server:
        (found,) = server.read_automations_by_name(NAME)
    trigger = EventTrigger.model_validate(found.trigger.model_dump(mode="json"))
    assert [trigger.covers(heartbeat(*tags)) for tags in ([TAG], ["nightly", TAG])] == [True, True]
    assert [trigger.covers(heartbeat(*tags)) for tags in (["nightly"], [])] == [False, False]


def deployed(flow: Flow[..., Any]) -> UUID:
    return flow.to_deployment("upkeep", tags=[TAG]).apply()


def planned(deployment: UUID, hours: int, **parameters: str) -> UUID:
    """Plan a run so many hours from now."""
    state: Any = Scheduled(scheduled_time=clock.now() + timedelta(hours=hours))
    with get_client(sync_client=True) as server:
        return server.create_flow_run_from_deployment(deployment, parameters=parameters, state=state).id


def heartbeat(*tags: str) -> ReceivedEvent:
    """Return what a run tells that carries these tags."""
    run, deployment = f"prefect.flow-run.{uuid4()}", f"prefect.deployment.{uuid4()}"
    related = [
        {"prefect.resource.id": deployment, "prefect.resource.role": "deployment"},
        *({"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"} for tag in tags),
    ]
    return ReceivedEvent.model_validate(
        {"id": uuid4(), "event": HEARTBEAT, "occurred": clock.now()}
        | {"resource": {"prefect.resource.id": run}, "related": related}
    )


def state_of(run: UUID) -> str | None:
    with get_client(sync_client=True) as server:
        return server.read_flow_run(run).state_name

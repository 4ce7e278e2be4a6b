"""What keeps Prefect's own books in order after a crash or downtime; our own database needs none of it.

`ipa serve` does this when it starts. On a server of your own: `python -m flows.upkeep`, before a worker starts; doing
it again changes nothing. It also makes the work pool, since for `prefect work-pool create` the server fetches a list of
pool types from GitHub.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prefect.automations import Automation, EventTrigger, Posture
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.actions import ChangeFlowRunState
from prefect.exceptions import ObjectAlreadyExists
from prefect.states import Cancelled, Scheduled
from prefect.workers.process import ProcessWorker

from ipa_core import clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

NAME: Final = "ipa: een ronde zonder hartslag is gestopt"

DEAD_AFTER: Final = timedelta(seconds=90)
"""Three heartbeats of 30 seconds, see `flows/__init__.py`."""

POOL: Final = "ipa-process"
"""The name in `prefect.yaml`."""

TAG: Final = "ipa-monitor"
"""What our runs carry, see `prefect.yaml`: on a server that others use as well, theirs are left alone."""

ENDED: Final = {f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")}
HEARTBEAT: Final = "prefect.flow-run.heartbeat"
STARTED: Final = "prefect.flow-run.Running"
"""The server notes this one itself: a run that dies before its first heartbeat counts as well."""


async def keep_heartbeat_automation(dead_after: timedelta = DEAD_AFTER) -> None:
    """Let the server call a run crashed when its heartbeat stops; otherwise a dead one stays `Running` for ever."""
    wanted = Automation(
        name=NAME,
        trigger=EventTrigger(
            after={STARTED, HEARTBEAT},
            expect={HEARTBEAT, *ENDED},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related={"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{TAG}"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=dead_after,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="Geen hartslag meer: het proces is weg.")],
    )
    async with get_client() as server:
        present = await server.read_automations_by_name(NAME)
    if present:
        wanted.id = present[0].id
        await wanted.aupdate()
    else:
        await wanted.acreate()


async def revive_dead_runs() -> None:
    """Put back on the list what was running when everything stopped; only for whoever knows that nobody else runs."""
    async with get_client() as server:
        async for run in _list_runs(server, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING):
            again: State[None] = Scheduled(scheduled_time=clock.now(), message="Opnieuw: de vorige poging brak af.")
            await server.set_flow_run_state(run.id, again, force=True)


async def fold_late_runs() -> None:
    """Of the runs that downtime left behind keep the last one of each kind: it judges as of now, so it does for all."""
    seen = set()
    async with get_client() as server:
        async for run in _list_runs(server, StateType.SCHEDULED):
            kind = (run.deployment_id, repr(run.parameters))
            if kind in seen:
                late: State[None] = Cancelled(message="Ingehaald: een latere ronde doet dit werk.")
                await server.set_flow_run_state(run.id, late, force=True)
            seen.add(kind)


async def _list_runs(server: PrefectClient, *states: StateType) -> AsyncIterator[FlowRun]:
    """Yield our runs in these states whose moment has come, the last one first."""
    found: list[FlowRun] = []
    due = FlowRunFilter.model_validate(
        {
            "tags": {"all_": [TAG]},
            "state": {"type": {"any_": list(states)}},
            "expected_start_time": {"before_": clock.now()},
        }
    )
    while batch := await server.read_flow_runs(
        flow_run_filter=due, sort=FlowRunSort.EXPECTED_START_TIME_DESC, offset=len(found)
    ):
        found += batch
    for run in found:
        yield run


async def keep_work_pool() -> None:
    """Make the work pool, unless it is there."""
    template = ProcessWorker.get_default_base_job_template()
    async with get_client() as server:
        with suppress(ObjectAlreadyExists):
            await server.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template))


async def main() -> None:
    """Do what may be done while others run."""
    await keep_work_pool()
    await keep_heartbeat_automation()
    await fold_late_runs()


if __name__ == "__main__":
    asyncio.run(main())

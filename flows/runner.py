"""The process of `ipa serve` that starts the runs: `python -m flows.runner READY`, a file descriptor."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from flows.deployments import Deployment, read_deployments
from flows.upkeep import fold_late_runs, keep_heartbeat_automation, revive_dead_runs
from flows.with_parent import end_with_parent
from ipa_core import clock


class PatientRunner(Runner):
    """Prefect's own, but told to stop it lets busy runs come to an end; `ipa serve` decides for how long."""

    def handle_sigterm(self, *_: Any, **__: Any) -> NoReturn:  # noqa: ANN401 - whatever `signal` gives
        """Ask the processes of the runs to stop and wait for them, then leave; nothing new starts while this waits."""
        for run in self._process_manager.flow_run_ids():
            process = self._process_manager.get(run)
            with suppress(ProcessLookupError):  # It came to its end by itself.
                if process is not None:
                    process.graceful_kill()
        with suppress(ChildProcessError):  # There are none left.
            while True:
                os.wait()
        sys.exit(0)


async def main(ready: int) -> None:
    """Register what `prefect.yaml` says, tidy up after downtime, report what comes next, and run what is due."""
    # Each run is a process of its own; two at once are enough, since writers wait for each other anyway.
    runner = PatientRunner(name="ipa", limit=2, pause_on_shutdown=False)
    deployments = read_deployments()
    for one in deployments:
        await runner.aadd_deployment(await registered(one))
    await keep_heartbeat_automation()
    await revive_dead_runs()
    await fold_late_runs()
    ahead = [((await one.next_run(clock.now())).isoformat(), one.name, one.description) for one in deployments]
    with os.fdopen(ready, "w", encoding="utf-8") as report:
        json.dump(ahead, report)
    await runner.start()


async def registered(one: Deployment) -> RunnerDeployment:
    """Return what the server has to know; the process of a run imports the flow by the name of its module."""
    return await one.load_flow().ato_deployment(
        one.name,
        description=one.description,
        tags=one.tags,
        schedules=[CronSchedule(**schedule) for schedule in one.schedules],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(main(int(sys.argv[1])))

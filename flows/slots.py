"""Which slot of the schedule is this run for? One that somebody started by hand is for none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from prefect import runtime
from prefect.utilities.asyncutils import run_coro_as_sync

from flows.deployments import read_deployments
from flows.wiring import opened_app, repeatable
from ipa_core.domain.moments import as_utc
from ipa_core.usecases.attempts import all_attempted

AUTO_SCHEDULED: Final = "auto-scheduled"
"""The tag that the scheduler of Prefect puts on the runs that it plans."""


class Slot(NamedTuple):
    """When the schedule meant a run to begin, and the one after it."""

    at: datetime
    next_at: datetime


def note_complete(programmes: Iterable[str], as_of: datetime | None) -> None:
    """Note for each of these programmes that the work of the slot is done; a run that never says so is missed."""
    slot = find_slot(as_of)
    if slot is not None:
        with all_attempted() as attempts:
            attempts.each(programmes, lambda code: complete(code, slot.at, slot.next_at))


def find_slot(as_of: datetime | None) -> Slot | None:
    """Return the slot of the run that is going on; none for a run of a past moment."""
    if as_of is not None or AUTO_SCHEDULED not in runtime.flow_run.tags:
        return None
    at = as_utc(runtime.flow_run.scheduled_start_time)
    for one in read_deployments():
        if one.name == runtime.deployment.name:
            # A slot counts as the next one at its own instant.
            return Slot(at, as_utc(run_coro_as_sync(one.next_run(at + timedelta(minutes=1)))))
    return None


@repeatable
def complete(programme: str, slot_at: datetime, next_slot_at: datetime) -> bool:
    """Note it for one programme."""
    with opened_app() as app:
        return app.complete_run(programme, slot_at, next_slot_at, app.moment(None).at)

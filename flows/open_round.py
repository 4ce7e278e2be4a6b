"""Deployment `open-round`: open the reporting round whose day has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow

from flows.wiring import AsOf, each_programme, opened_app, repeatable, tell
from ipa_core.usecases.run_monitor import ProgrammeRun


@flow(name="open-round")
def open_round(programme: str | None = None, as_of: AsOf = None) -> dict[str, Any]:
    """Return the counts; `as_of` replays a past moment, a scheduled run leaves it empty."""
    return tell(each_programme(programme, lambda code: open_due_round(code, as_of)), as_of)


@repeatable
def open_due_round(programme: str, as_of: datetime | None) -> ProgrammeRun:
    """Open the round of one programme, unless its day has not come or it is open already."""
    with opened_app() as app:
        return ProgrammeRun(programme=programme, opened_round=app.open_due_round(programme, app.moment(as_of).at))

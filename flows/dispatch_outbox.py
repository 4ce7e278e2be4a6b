"""Deployment `dispatch-outbox`: hand over the messages that are due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow

from flows.wiring import AsOf, each_programme, opened_app, repeatable, tell
from ipa_core.usecases.dispatch_outbox import DispatchSummary
from ipa_core.usecases.run_monitor import ProgrammeRun


@flow(name="dispatch-outbox")
def dispatch_outbox(programme: str | None = None, as_of: AsOf = None) -> dict[str, Any]:
    """Return the counts; `as_of` replays a past moment, a scheduled run leaves it empty."""
    return tell(each_programme(programme, lambda code: dispatch(code, as_of)), as_of)


@repeatable
def dispatch(programme: str, as_of: datetime | None) -> ProgrammeRun:
    """Hand over what is due of one programme; repeated, it goes on with what is left."""
    with opened_app() as app:
        promised, handed = app.dispatch(programme, app.moment(as_of).at)
    return ProgrammeRun(programme=programme, promised=promised, dispatch=handed)


@repeatable
def hand_over(programme: str, as_of: datetime | None) -> DispatchSummary:
    """Hand over right after detecting, when nothing can have changed in what was promised."""
    with opened_app() as app:
        return app.hand_over(programme, app.moment(as_of).at)

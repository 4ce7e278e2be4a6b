"""Whoever watches us hears of each complete run; saying nothing is the alarm."""

from __future__ import annotations

from datetime import datetime

from flows.wiring import opened_app, repeatable
from ipa_core.usecases.run_monitor import MonitorRun, ProgrammeRun


@repeatable
def report(runs: list[ProgrammeRun], as_of: datetime | None) -> bool:
    """Tell it; a run of a past moment is no sign of life."""
    if as_of is not None:
        return False
    with opened_app() as app:
        return app.report(MonitorRun(at=app.moment(None).at, programmes=tuple(runs)))

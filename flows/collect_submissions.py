"""Deployment `collect-submissions`: take in what lies in the drop folder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow

from flows.wiring import AsOf, choose, opened_app, repeatable, tell
from ipa_core.reports.receipts import Receipt
from ipa_core.usecases.run_monitor import ProgrammeRun


@flow(name="collect-submissions")
def collect_submissions(programme: str | None = None, as_of: AsOf = None) -> dict[str, Any]:
    """Return the counts; `as_of` replays a past moment, a scheduled run leaves it empty."""
    codes = choose(programme)
    receipts = collect(programme, as_of)
    return tell([ProgrammeRun(programme=code) for code in codes], as_of, receipts=receipts)


@repeatable
def collect(programme: str | None, as_of: datetime | None) -> list[Receipt]:
    """Read each file; one that was read before a failure is gone from the folder when this is repeated."""
    with opened_app() as app:
        return app.collect(programme, app.moment(as_of).at)

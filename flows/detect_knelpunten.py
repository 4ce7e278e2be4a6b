"""Deployment `detect-knelpunten`: update the signals and promise the messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow

from flows.wiring import AsOf, each_programme, opened_app, repeatable, tell
from ipa_core.usecases.run_monitor import ProgrammeRun


@flow(name="detect-knelpunten")
def detect_knelpunten(programme: str | None = None, as_of: AsOf = None) -> dict[str, Any]:
    """Return the counts; `as_of` replays a past moment, a scheduled run leaves it empty."""
    return tell(each_programme(programme, lambda code: detect(code, as_of)), as_of)


@repeatable
def detect(programme: str, as_of: datetime | None) -> ProgrammeRun:
    """Update the signals and promise the messages of one programme: one transaction."""
    with opened_app() as app:
        detection, promised = app.detect(programme, app.moment(as_of).at)
    return ProgrammeRun(programme=programme, detection=detection, promised=promised)

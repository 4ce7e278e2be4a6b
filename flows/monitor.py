"""Deployment `monitor`: the main job of `ipa run`, each part a task that can be repeated by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from prefect import flow

from flows.collect_submissions import collect
from flows.detect_knelpunten import detect
from flows.dispatch_outbox import hand_over
from flows.open_round import open_due_round
from flows.run_table import publish
from flows.wiring import AsOf, choose, load_shipped, tell
from ipa_core.reports.receipts import Receipt
from ipa_core.usecases.attempts import all_attempted
from ipa_core.usecases.run_monitor import ProgrammeRun


@flow(name="monitor")
def monitor(programme: str | None = None, as_of: AsOf = None) -> dict[str, Any]:
    """Return the counts; `as_of` replays a past moment, a scheduled run leaves it empty."""
    loaded = load_shipped(as_of) if programme is None else None
    codes = choose(programme)
    receipts: list[Receipt] = []
    with all_attempted() as attempts:
        opened = attempts.each(codes, lambda code: open_due_round(code, as_of))
        with attempts.part("inbox"):
            receipts = collect(programme, as_of)
        runs = attempts.each(codes, lambda code: finish(opened.get(code, ProgrammeRun(programme=code)), as_of))
    counts = tell(list(runs.values()), as_of, receipts=receipts, loaded=loaded)
    publish(counts)
    return counts


def finish(begun: ProgrammeRun, as_of: datetime | None) -> ProgrammeRun:
    """Detect and hand over for a programme of which the round was looked at."""
    detected = detect(begun.programme, as_of)
    handed = hand_over(begun.programme, as_of)
    return replace(detected, opened_round=begun.opened_round, dispatch=handed)

"""Deployment `monitor`: the main job of `ipa run`, each part a task that can be repeated by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from prefect import flow

from flows.collect_submissions import collect
from flows.detect_knelpunten import detect
from flows.dispatch_outbox import hand_over
from flows.open_round import open_due_round
from flows.run_table import publish
from flows.wiring import AsOf, choose, load_shipped, tell


@flow(name="monitor")
def monitor(programme: str | None = None, as_of: AsOf = None) -> dict[str, Any]:
    """Return the counts; `as_of` replays a past moment, a scheduled run leaves it empty."""
    loaded = load_shipped(as_of) if programme is None else None
    opened = [open_due_round(code, as_of) for code in choose(programme)]
    receipts = collect(programme, as_of)
    runs = []
    for one in opened:
        detected = detect(one.programme, as_of)
        handed = hand_over(one.programme, as_of)
        runs.append(replace(detected, opened_round=one.opened_round, dispatch=handed))
    counts = tell(runs, as_of, receipts=receipts, loaded=loaded)
    publish(counts)
    return counts

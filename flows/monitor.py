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
from flows.sign_of_life import report
from flows.slots import note_complete
from flows.wiring import AsOf, choose, load_shipped, tell
from ipa_core.reports.receipts import Receipt
from ipa_core.usecases.attempts import all_attempted


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
        detected = attempts.each(codes, lambda code: detect(code, as_of))
        handed = attempts.each(detected, lambda code: hand_over(code, as_of))
        with attempts.part("slot"):
            note_complete(sorted(opened.keys() & handed.keys()), as_of)
    runs = [replace(detected[code], opened_round=opened[code].opened_round, dispatch=handed[code]) for code in codes]
    report(runs, as_of)
    counts = tell(runs, as_of, receipts=receipts, loaded=loaded)
    publish(counts)
    return counts

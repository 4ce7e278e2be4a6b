"""What is expected of a dossier beside comparable ones, and from when until when?

A table of comparables holds until the next one, so these expectations change at the facts of the dossier and at the
tables. A forecast that broke stays broken until its chance is good again; hence they are held in order of time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from ipa_core.domain.comparables import NO_COMPARABLES, Comparables, Compared
from ipa_core.domain.expectations import HeldExpectation, merge_held
from ipa_core.domain.phases import read_bands
from ipa_core.rules import COMPARED_RULES, forecast_late, slow_phase
from ipa_core.rules.applying import apply_rules, weigh

if TYPE_CHECKING:
    from datetime import date, datetime

    from ipa_core.domain.phases import Band
    from ipa_core.rules.holding import DossierHistory
    from ipa_core.rules.policies import Policy, PolicyTimeline

Tables: TypeAlias = Sequence[Comparables]
"""Comparables in order of the instants from which they hold."""

NO_TABLES: Tables = ()

FORECAST = forecast_late.RULE.code


def hold_compared(
    history: DossierHistory,
    policies: PolicyTimeline,
    tables: Tables,
    *,
    begins_at: datetime,
    standing: HeldExpectation | None,
) -> list[HeldExpectation]:
    """Return what these rules expect of the dossier from `begins_at` on.

    `standing` is the row of the forecast that held just before.
    """
    facts = sorted(at for at in {history.begins_at, *history.moments})
    dossier_at = cache(history.at)
    changes = (*facts, *(table.at for table in tables), *policies.changes_after(begins_at))
    moments = sorted({begins_at, *(at for at in changes if at > begins_at)})
    broken_on = _broken_on(standing, until=begins_at)
    held: list[HeldExpectation] = []
    for start, end in pairwise((*moments, None)):
        if start is None:
            break
        known_at = facts[max(0, bisect_right(facts, start) - 1)]
        compared = Compared(dossier=dossier_at(known_at), comparables=table_at(tables, start), broken_on=broken_on)
        expected = apply_rules(COMPARED_RULES, compared, policies.at(start))
        rows = [
            HeldExpectation(expectation=expectation, held_from=start, held_until=end)
            for expectation in weigh(expected, compared.dossier)
        ]
        forecast = next((row for row in rows if row.expectation.rule == FORECAST), None)
        broken_on = _broken_on(forecast, until=end)
        held.extend(rows)
    return merge_held(held)


def table_at(tables: Tables, moment: datetime) -> Comparables:
    """Return the comparables that hold at the instant."""
    place = bisect_right(tables, moment, key=lambda table: table.at)
    return tables[place - 1] if place else NO_COMPARABLES


def phases_of(policy: Policy) -> tuple[tuple[Band, ...], int]:
    """Return the bands of which comparables are counted, and the per cent of dossiers that comes through in time."""
    values: slow_phase.Thresholds = policy.thresholds[slow_phase.RULE.code].values
    return read_bands(values.bands), values.percentile


def _broken_on(row: HeldExpectation | None, *, until: datetime | None) -> date | None:
    """Return from which day the forecast was broken, if it was before the instant."""
    if row is None:
        return None
    first = row.expectation.steps[0]
    return first.on if until is None or max(first.at, row.held_from) < until else None

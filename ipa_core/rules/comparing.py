"""What is expected of a dossier beside comparable ones, and from when until when?

A table of comparables holds until the next one, so these expectations change at the facts of the dossier and at the
tables. A forecast that broke stays broken until its chance is good again; hence they are held in order of time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from ipa_core.domain.comparables import NO_COMPARABLES, Comparables, Compared, Tally
from ipa_core.domain.expectations import HeldExpectation, merge_held
from ipa_core.domain.forecast_scores import ForecastResult, is_met
from ipa_core.domain.forecasts import own_slips
from ipa_core.domain.moments import day_of, terms
from ipa_core.domain.phases import read_bands
from ipa_core.rules import COMPARED_RULES, forecast_late, slow_phase
from ipa_core.rules.applying import apply_rules, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.rules.holding import DossierHistory
    from ipa_core.rules.policies import Policy, PolicyTimeline

Tables: TypeAlias = Sequence[Comparables]
"""Comparables in order of the instants from which they hold."""

NO_TABLES: Tables = ()

_JUST_BEFORE = timedelta(microseconds=1)

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
    facts = sorted({history.begins_at, *history.moments})
    dossier_at = cache(history.at)
    changes = (*facts, *(table.at for table in tables), *policies.changes_after(begins_at))
    moments = sorted({begins_at, *(at for at in changes if at > begins_at)})
    held: list[HeldExpectation] = []
    for start, end in terms(moments):
        table, policy = table_at(tables, start), policies.at(start)
        rows: list[HeldExpectation] = []
        if is_telling(table, policy):
            known = dossier_at(facts[max(0, bisect_right(facts, start) - 1)])
            broken_on = _broken_on(standing, until=start)
            compared = Compared(dossier=known, comparables=table, broken_on=broken_on)
            expected = weigh(apply_rules(COMPARED_RULES, compared, policy), known)
            rows = [HeldExpectation(expectation=one, held_from=start, held_until=end) for one in expected]
        standing = next((row for row in rows if row.expectation.rule == FORECAST), None)
        held.extend(rows)
    return merge_held(held)


def table_at(tables: Tables, moment: datetime) -> Comparables:
    """Return the comparables that hold at the instant."""
    place = bisect_right(tables, moment, key=lambda table: table.at)
    return tables[place - 1] if place else NO_COMPARABLES


def is_telling(table: Comparables, policy: Policy) -> bool:
    """Tell whether any of these rules may have something to say; if not, no dossier is folded for them."""
    return table.plans >= policy.thresholds[FORECAST].values.comparables or bool(
        policy.thresholds[slow_phase.RULE.code].values.bands
    )


def build_tables(
    histories: Iterable[DossierHistory], policies: PolicyTimeline, instants: Iterable[datetime]
) -> list[Comparables]:
    """Build the table of each instant from what was recorded before it; the histories are read once, in turn."""
    tallies = {at - _JUST_BEFORE: _begin_tally(policies.at(at), at) for at in sorted(instants)}
    for history in histories:
        running = history.running()
        for known_at, tally in tallies.items() if history.updates else ():
            if history.begins_at <= known_at:
                tally.add(running.at(known_at, history.version_at(known_at)))
    return [tally.table() for tally in tallies.values()]


def list_results(
    histories: Iterable[DossierHistory], policies: PolicyTimeline, tables: Tables, *, until: datetime
) -> Iterator[ForecastResult]:
    """Yield every forecast that was made when a table began to hold, with what is known of it at an instant.

    Those of dossiers that wait for another one are left out: the outcome of one bill would count many times.
    """
    telling = [(table, limits) for table in tables if table.plans >= (limits := _limits(policies, table)).comparables]
    for history in histories if telling else ():
        now = history.at(until)
        for table, limits in telling:
            if history.begins_at <= table.at:
                yield from _results(Compared(dossier=history.at(table.at), comparables=table), limits, now, until)


def _broken_on(row: HeldExpectation | None, *, until: datetime) -> date | None:
    """Return from which day the forecast was broken, if it was before the instant."""
    if row is None:
        return None
    first = row.expectation.steps[0]
    return first.on if max(first.at, row.held_from) < until else None


def _begin_tally(policy: Policy, at: datetime) -> Tally:
    phases: slow_phase.Thresholds = policy.thresholds[slow_phase.RULE.code].values
    return Tally(at, bands=read_bands(phases.bands), percentile=phases.percentile)


def _limits(policies: PolicyTimeline, table: Comparables) -> forecast_late.Thresholds:
    limits: forecast_late.Thresholds = policies.at(table.at).thresholds[FORECAST].values
    return limits


def _results(
    compared: Compared, limits: forecast_late.Thresholds, now: Dossier, until: datetime
) -> Iterator[ForecastResult]:
    then = compared.dossier
    found = None if then.recommendation.depends_on else forecast_late.speak(compared, limits)
    if found is not None and found.on <= found.planned_on:
        yield ForecastResult(
            chance=found.chance,
            has_moved=bool(own_slips(then.since_closing)),
            is_met=is_met(found, then.entries[-1].cycle, now, on=day_of(until)),
        )

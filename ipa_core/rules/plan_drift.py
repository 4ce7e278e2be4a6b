"""T04 plan drift: the planned date keeps moving, or has moved far.

What it expects
    At most `shifts` later dates in `window_days`, and less than `drift_days` between the first planned date of this
    cycle and the latest one given. A date that vanished keeps the last one.

Why it matters
    A dossier whose date moves first is never late. This programme's main bill never passed its own latest date.

When it stays silent
    For closed dossiers.

What resolves it
    Completion; or `quiet_rounds` rounds without a shift after a decision to re-baseline. Drift counts from there on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import COUNT, DAYS, between
from ipa_core.domain.expectations import Evidence, Expectation, Step, rising
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.dossiers import Dossier, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Drift and window in calendar days."""

    shifts: int = field(metadata=between(0, 1000))
    window_days: int = field(metadata=DAYS)
    drift_days: int = field(metadata=DAYS)
    high_shifts: int = field(metadata=COUNT)
    high_drift_days: int = field(metadata=DAYS)
    critical_above_days: int = field(metadata=DAYS)
    quiet_rounds: int = field(metadata=COUNT)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """The planned date stays where it is, more or less."""
    baseline = dossier.baseline
    if dossier.is_closed or baseline is None or not dossier.cycle:
        return
    is_settled = _is_settled(dossier, thresholds)
    counted = _since_rebaseline(dossier) if is_settled else dossier.cycle
    steps = _steps(dossier, counted, thresholds, is_settled=is_settled)
    if not steps:
        return
    last_on = dossier.cycle[-1].last_planned_on or baseline.on
    shifts = [entry for entry in dossier.cycle if entry.moved_from is not None]
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=steps,
        evidence=(
            *baseline.evidence,
            Evidence(name="last_planned_on", value=last_on, source=dossier.plan_source()),
            Evidence(name="drift_days", value=(last_on - baseline.on).days),
            Evidence(name="shifts", value=len(shifts)),
            *(Evidence(name="shifted_on", value=shift.on, source=shift.update.where) for shift in shifts),
            *(
                Evidence(name="shifted_to", value=shift.last_planned_on, source=shift.update.where)
                for shift in shifts
                if shift.last_planned_on is not None
            ),
            *_given(dossier, counted, is_settled=is_settled),
            *_limits(dossier, counted),
        ),
    )


def _steps(dossier: Dossier, counted: Sequence[Entry], thresholds: Thresholds, *, is_settled: bool) -> tuple[Step, ...]:
    """Return the days on which the plan had drifted further than before, since the dossier was last opened."""
    shifts = [entry for entry in counted if entry.moved_from is not None]
    if not shifts and dossier.rebaseline is None:
        return ()  # Most plans: without a later date there is no drift.
    opened = dossier.since_closing[0].place
    return rising(
        Step(entry.on, severity)
        for entry in counted
        if entry.place >= opened
        and (severity := _severity(entry, dossier, shifts, thresholds, is_settled=is_settled)) is not None
    )


def _given(dossier: Dossier, counted: Sequence[Entry], *, is_settled: bool) -> Iterator[Evidence]:
    """Tell which date stood first after a re-baseline, when it is no later one: it is compared as well."""
    if dossier.rebaseline is None:
        return
    after = (one for one in counted if _is_after(one, dossier.rebaseline, dossier, is_settled=is_settled))
    first = next((one for one in after if one.last_planned_on is not None), None)
    if first is not None and first.last_planned_on is not None and first.moved_from is None:
        yield Evidence(name="given_on", value=first.on, source=first.update.where)
        yield Evidence(name="given_to", value=first.last_planned_on)


def _limits(dossier: Dossier, counted: Sequence[Entry]) -> Iterator[Evidence]:
    """Tell what does not count any more: what was before a reopening, or before a re-baseline that proved itself."""
    if dossier.since_closing[0].place > 0:
        yield Evidence(name="reopened_on", value=dossier.since_closing[0].on)
    if len(counted) != len(dossier.cycle):
        yield Evidence(name="is_settled", value=1)


def _is_settled(dossier: Dossier, thresholds: Thresholds) -> bool:
    """Tell whether a re-baseline has proved itself: enough rounds ended since it without a shift."""
    decision = dossier.rebaseline
    if decision is None:
        return False
    shifted_at = (dossier.plan_known_at(entry) for entry in dossier.cycle if entry.moved_from is not None)
    return dossier.quiet_rounds_after(max([decision.at, *shifted_at])) >= thresholds.quiet_rounds


def _since_rebaseline(dossier: Dossier) -> tuple[Entry, ...]:
    """Return the entries of which the date was said after the re-baseline."""
    decision = dossier.rebaseline
    return tuple(one for one in dossier.cycle if decision is not None and dossier.plan_known_at(one) > decision.at)


def _is_after(entry: Entry, decision: Decision, dossier: Dossier, *, is_settled: bool) -> bool:
    """Tell whether an entry counts from the re-baseline: once that is settled, or when its line came after it.

    A line that was there before it counts from the first date until then, also when it was corrected since.
    """
    return is_settled or dossier.known_at(entry) > decision.at


def _severity(
    entry: Entry, dossier: Dossier, shifts: Sequence[Entry], thresholds: Thresholds, *, is_settled: bool
) -> Severity | None:
    """How much the plan had drifted after this entry."""
    if entry.first_planned_on is None or entry.last_planned_on is None:
        return None
    first_on, decision = entry.first_planned_on, dossier.rebaseline
    if decision is not None and _is_after(entry, decision, dossier, is_settled=is_settled):
        first_on = decision.planned_on or first_on
    drift = (entry.last_planned_on - first_on).days
    count = _count_up_to(entry, shifts, window=timedelta(days=thresholds.window_days))
    if drift > thresholds.critical_above_days:
        return Severity.CRITICAL
    if count >= thresholds.high_shifts or drift >= thresholds.high_drift_days:
        return Severity.HIGH
    if count > thresholds.shifts or drift >= thresholds.drift_days:
        return Severity.MEDIUM
    return None


def _count_up_to(entry: Entry, shifts: Sequence[Entry], *, window: timedelta) -> int:
    """Count the shifts in the window that ends with this entry; both run by day."""
    until = bisect_right(shifts, entry.place, key=attrgetter("place"))
    return until - bisect_left(shifts, entry.on - window, hi=until, key=attrgetter("on"))


RULE = Rule(code="T04", thresholds=Thresholds, expect=expect)

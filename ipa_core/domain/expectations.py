"""What do we expect next of a subject, and on which day does that break if nothing changes?"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ipa_core.domain.moments import start_of_day
from ipa_core.domain.severities import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


_ONE_DAY = timedelta(days=1)


class SubjectKind(StrEnum):
    """The kinds of thing that a signal can be about."""

    RECOMMENDATION = "recommendation"
    MEASURE = "measure"
    MILESTONE = "milestone"
    REQUEST = "request"
    ORGANISATION = "organisation"
    CONTACT = "contact"
    SOLUTION = "solution"
    THEME = "theme"
    ROOT_CAUSE = "root_cause"
    SIGNAL = "signal"
    MESSAGE = "message"
    RUN = "run"


OF_MONITOR = frozenset({SubjectKind.MESSAGE, SubjectKind.RUN})
"""What the monitor itself does: no news for who reads about dossiers, and no recess explains it."""


# Named tuples, as an update, its entry and what follows are made by the dozen: decision 0042.


class Subject(NamedTuple):
    """What an expectation is about. `code` is unique within programme and kind."""

    kind: SubjectKind
    code: str


EvidenceValue = str | int | date


class Evidence(NamedTuple):
    """A named value that shows why, and where it stands. Templates find the words for the name."""

    name: str
    value: EvidenceValue
    source: str = ""


class Step(NamedTuple):
    """From 00:00 Europe/Amsterdam on this day the broken expectation weighs this much."""

    on: date
    severity: Severity

    @property
    def at(self) -> datetime:
        """The instant at which the step breaks."""
        return start_of_day(self.on)


class Expectation(NamedTuple):
    """What a rule waits for. Steps run by day and by rising severity."""

    rule: str
    subject: Subject
    steps: tuple[Step, ...]
    evidence: tuple[Evidence, ...] = ()

    def shifted(self, steps: int) -> Expectation:
        """Return the same expectation, each step `steps` heavier (negative: lighter)."""
        raised = tuple(Step(step.on, step.severity.raised(steps)) for step in self.steps)
        return self._replace(steps=rising(raised))

    def day(self, name: str) -> date:
        """Return the day that the evidence of this name gives; raises LookupError without one."""
        return next(item.value for item in self.evidence if item.name == name and isinstance(item.value, date))

    def retimed(self, *steps: Step, last_good_on: date | None = None) -> Expectation:
        """Return the same expectation with these steps, and with this last good day where the evidence tells one."""
        evidence = self.evidence
        if last_good_on is not None:
            evidence = tuple(
                item._replace(value=last_good_on) if item.name == "last_good_on" else item for item in evidence
            )
        return self._replace(steps=steps, evidence=evidence)

    def in_order(self) -> Expectation:
        """Return the same expectation with steps that run by day and by rising severity."""
        risen = rising(self.steps)
        return self if risen is self.steps else self._replace(steps=risen)


class HeldExpectation(NamedTuple):
    """An expectation with the time in which it held: `[held_from, held_until)`, open for the newest.

    `applied_at` is the latest break that a run has applied to the signals; None before the first.
    """

    expectation: Expectation
    held_from: datetime
    held_until: datetime | None = None
    applied_at: datetime | None = None

    def holds_at(self, moment: datetime) -> bool:
        """Tell whether it holds at the instant."""
        return self.held_from <= moment and (self.held_until is None or moment < self.held_until)

    def first_break(self) -> datetime | None:
        """Return when it first weighs anything; None when it never does."""
        if not self.expectation.steps:
            return None
        at = max(self.expectation.steps[0].at, self.held_from)
        return at if self.held_until is None or at < self.held_until else None

    def breaks(self) -> list[tuple[datetime, Severity]]:
        """Return when this row weighs how much: its steps that broke, each once, in order of time.

        A step that lies before `held_from` opens with the row; one at or after `held_until` never breaks.
        """
        found: list[tuple[datetime, Severity]] = []
        for step in self.expectation.steps:
            at = max(step.at, self.held_from)
            if self.held_until is not None and at >= self.held_until:
                break
            if found and found[-1][0] == at:
                found.pop()
            found.append((at, step.severity))
        return found

    def unapplied_breaks(self) -> list[tuple[datetime, Severity]]:
        """Return the breaks that no run has applied yet."""
        return [(at, severity) for at, severity in self.breaks() if self.applied_at is None or at > self.applied_at]

    def severity_at(self, moment: datetime) -> Severity | None:
        """Return how much it weighs at the instant; None before it breaks."""
        return next((severity for at, severity in reversed(self.breaks()) if at <= moment), None)


def day_after(last_good_on: date) -> date:
    """Return the day on which an expectation breaks: the calendar day after the last good one."""
    return last_good_on + _ONE_DAY


def rising(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Sort the steps by day and keep those that weigh more than all before them."""
    given = tuple(steps)
    if len(given) == 1 or _is_rising(given):
        return given
    kept: list[Step] = []
    for step in sorted(given, key=lambda step: (step.on, -step.severity.weight)):
        if not kept or step.severity > kept[-1].severity:
            kept.append(step)
    return tuple(kept)


def _is_rising(steps: Sequence[Step]) -> bool:
    for one, later in pairwise(steps):  # noqa: SIM110 - `all` takes half as long again, and all that is expected is asked
        if later.on <= one.on or later.severity <= one.severity:
            return False
    return True


def merge_held(rows: Iterable[HeldExpectation]) -> list[HeldExpectation]:
    """Join rows that say the same about the same, one after the other, into one row each."""
    begun: list[HeldExpectation] = []
    ends: list[datetime | None] = []
    last: dict[tuple[str, Subject], int] = {}
    for row in rows:
        key = (row.expectation.rule, row.expectation.subject)
        index = last.get(key)
        if index is not None and ends[index] == row.held_from and begun[index].expectation == row.expectation:
            ends[index] = row.held_until
            continue
        last[key] = len(begun)
        begun.append(row)
        ends.append(row.held_until)
    return [
        row if row.held_until == end else row._replace(held_until=end) for row, end in zip(begun, ends, strict=True)
    ]

"""Our file on a knelpunt: when it opened, worsened, eased and was solved.

Signals follow from held expectations alone. `transitions` is used by the daily run on the rows that fell due and by
replay on all rows; both therefore tell the same story.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.moments import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.expectations import HeldExpectation, Subject
    from ipa_core.domain.severities import Severity

CAME_BACK_WITHIN = 20
"""Working days after its resolution in which a knelpunt that returns counts as the same one come back."""

WAITING_ON = "O05"
"""The rule that says that a dossier waits for another one."""

PLAN_DRIFT = "T04"
"""The rule that says that a planned date keeps moving."""

FOLDED_FAMILIES = frozenset("TVO")
"""Signals of a waiting dossier that are shown under its root and send nothing."""


class SignalState(StrEnum):
    """What people and facts made of a signal."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


_STATES = {DecisionKind.ACKNOWLEDGE: SignalState.ACKNOWLEDGED, DecisionKind.SNOOZE: SignalState.SNOOZED}


class ChangeKind(StrEnum):
    """What happened to a signal at an instant."""

    OPENED = "opened"
    CAME_BACK = "came_back"
    RAISED = "raised"
    LOWERED = "lowered"
    RESTATED = "restated"
    RESOLVED = "resolved"

    @property
    def is_opening(self) -> bool:
        """A new episode begins."""
        return self in (ChangeKind.OPENED, ChangeKind.CAME_BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one knelpunt (rule and subject) stands: the present episode, or the last one."""

    episode: int = 0
    severity: Severity | None = None
    resolved_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """An episode is going on."""
        return self.severity is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One episode of a knelpunt as it stood at an instant, with the expectation behind it."""

    id: str
    programme: str
    rule: str
    subject: Subject
    dossier: str
    episode: int
    opened_at: datetime
    severity: Severity
    state: SignalState
    row: HeldExpectation
    resolved_at: datetime | None = None
    has_come_back: bool = False
    is_first_run: bool = False
    folded_under: tuple[str, ...] = ()

    @property
    def opened_on(self) -> date:
        """The day on which the expectation broke, or was known to be broken."""
        return day_of(self.opened_at)

    @property
    def resolved_on(self) -> date | None:
        """The day of the fact that solved it."""
        return day_of(self.resolved_at) if self.resolved_at is not None else None

    @property
    def is_open(self) -> bool:
        """It is not solved."""
        return self.state is not SignalState.RESOLVED


def state_by(decisions: Sequence[Decision], at: datetime, raised_at: datetime | None) -> SignalState:
    """Return what people made of an open signal: the last thing they decided, as long as it holds.

    An acknowledgement holds until the day of its next step; a snooze until its end, or until the signal weighs more.
    """
    last = last_in_hand(decisions)
    if last is None or not last.holds_on(day_of(at)):
        return SignalState.OPEN
    is_woken = last.kind is DecisionKind.SNOOZE and raised_at is not None and raised_at > last.at
    return SignalState.OPEN if is_woken else _STATES[last.kind]


def last_in_hand(decisions: Sequence[Decision]) -> Decision | None:
    """Return by which of these somebody last acknowledged or snoozed a signal."""
    return next((one for one in reversed(decisions) if one.kind in _STATES), None)


def signal_id(programme: str, rule: str, subject: Subject, episode: int) -> str:
    """Return the readable key of one episode."""
    return f"{programme}:{rule}:{subject.code}:{episode}"


def rule_of(identity: str) -> str:
    """Return the rule of the signal with this key."""
    return identity.split(":")[1]


def earlier_episodes(identity: str) -> list[str]:
    """Return the keys of the episodes before the one with this key, oldest first."""
    knelpunt, _, episode = identity.rpartition(":")
    return [f"{knelpunt}:{number}" for number in range(1, int(episode))]


def episodes_between(identity: str, latest: int) -> list[str]:
    """Return the keys of the episodes after the one with this key, up to and including number `latest`."""
    knelpunt, _, episode = identity.rpartition(":")
    return [f"{knelpunt}:{number}" for number in range(int(episode) + 1, latest + 1)]


def folded(signals: Sequence[Signal]) -> list[Signal]:
    """Fold T, V and O signals under the roots that their dossier waits for, while it waits."""
    waits_for: dict[tuple[str, str], tuple[str, ...]] = {
        (signal.programme, signal.dossier): _roots(signal)
        for signal in signals
        if signal.rule == WAITING_ON and signal.is_open
    }
    return [
        replace(signal, folded_under=waits_for.get((signal.programme, signal.dossier), ()))
        if signal.is_open and signal.rule[0] in FOLDED_FAMILIES
        else signal
        for signal in signals
    ]


def _roots(signal: Signal) -> tuple[str, ...]:
    names = (str(e.value).split(" ", 1)[0] for e in signal.row.expectation.evidence if e.name == "root")
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that happened to a signal. `row` is the expectation that stands behind it from then on."""

    at: datetime
    kind: ChangeKind
    episode: int
    severity: Severity
    row: HeldExpectation

    @property
    def on(self) -> date:
        """The day in Europe/Amsterdam."""
        return day_of(self.at)


def transitions(
    rows: Sequence[HeldExpectation], standing: Standing, *, until: datetime, calendar: Calendar
) -> list[Change]:
    """Return what happens, in order of time, to the knelpunt that these rows are about, up to and including `until`.

    `rows` belong to one rule and one subject, and at most one of them holds at a time. Rows that cannot change
    anything are left out; so are rows that never held, unless a run had applied them before they were withdrawn.
    """
    events: dict[datetime, tuple[Severity, HeldExpectation] | None] = {}
    closing: dict[datetime, HeldExpectation] = {}
    for row in rows:
        if row.held_until is not None:
            closing[row.held_until] = row
        for at, severity in row.unapplied_breaks():
            events[at] = (severity, row)
    for at in closing:
        events.setdefault(at, None)
    changes: list[Change] = []
    last_row: HeldExpectation | None = None
    for at in sorted(events):
        if at > until:
            break
        event = events[at]
        change = _change(at, event, standing, closing.get(at) or last_row, calendar)
        if event is not None:
            last_row = event[1]
        if change is None:
            continue
        changes.append(change)
        standing = _after(standing, change)
    return changes


def _change(
    at: datetime,
    event: tuple[Severity, HeldExpectation] | None,
    standing: Standing,
    closed: HeldExpectation | None,
    calendar: Calendar,
) -> Change | None:
    if event is None:
        if standing.severity is None or closed is None:
            return None
        return Change(at=at, kind=ChangeKind.RESOLVED, episode=standing.episode, severity=standing.severity, row=closed)
    severity, row = event
    if standing.severity is None:
        kind = ChangeKind.CAME_BACK if _is_back(at, standing, calendar) else ChangeKind.OPENED
        return Change(at=at, kind=kind, episode=standing.episode + 1, severity=severity, row=row)
    if severity == standing.severity:
        kind = ChangeKind.RESTATED
    else:
        kind = ChangeKind.RAISED if severity > standing.severity else ChangeKind.LOWERED
    return Change(at=at, kind=kind, episode=standing.episode, severity=severity, row=row)


def _is_back(at: datetime, standing: Standing, calendar: Calendar) -> bool:
    if standing.resolved_at is None:
        return False
    return day_of(at) < calendar.first_day_beyond(day_of(standing.resolved_at), CAME_BACK_WITHIN)


def _after(standing: Standing, change: Change) -> Standing:
    if change.kind is ChangeKind.RESOLVED:
        return Standing(episode=change.episode, resolved_at=change.at)
    return Standing(episode=change.episode, severity=change.severity, resolved_at=standing.resolved_at)

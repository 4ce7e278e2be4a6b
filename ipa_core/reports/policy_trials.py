"""What would another policy change? Signals and messages under the one and under the other, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from ipa_core.domain.expectations import Step, Subject
    from ipa_core.domain.severities import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalOutlook:
    """What becomes of one knelpunt; it has not broken yet while `opened_on` is empty.

    `severity` is the present one, or over the history the highest that it reached. `steps` are the days on which it
    weighed, or will weigh, so much.
    """

    rule: str
    subject: Subject
    ministries: tuple[str, ...]
    steps: tuple[Step, ...]
    opened_on: date | None = None
    resolved_on: date | None = None
    severity: Severity | None = None

    @property
    def key(self) -> str:
        """Rule and subject."""
        return f"{self.rule}:{self.subject.code}"

    def overlaps(self, other: SignalOutlook) -> bool:
        """Tell whether both were open at the same time, or touch."""
        return _begins_before_end(self, other) and _begins_before_end(other, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageOutlook:
    """A notice that goes, or went: `about` is a signal, a request or a period."""

    key: str
    kind: str
    rung: str
    about: str
    recipient: str
    ministry: str
    planned_on: date


OutlookT = TypeVar("OutlookT", SignalOutlook, MessageOutlook)


class DifferenceKind(StrEnum):
    """What another policy does to a signal or a message."""

    APPEARS = "appears"
    MOVES = "moves"
    VANISHES = "vanishes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Generic[OutlookT]):
    """One thing that is otherwise under the other policy; at least one of the two is there.

    `key` is the id of a signal, the key of a message, or else rule and subject.
    """

    key: str
    before: OutlookT | None
    after: OutlookT | None

    @property
    def kind(self) -> DifferenceKind:
        """What happens to it."""
        if self.before is None:
            return DifferenceKind.APPEARS
        return DifferenceKind.VANISHES if self.after is None else DifferenceKind.MOVES

    @property
    def newest(self) -> OutlookT:
        """What it becomes, or what it was."""
        found = self.after or self.before
        if found is None:
            raise ValueError(self)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutlook:
    """What stands, what waits and what goes after a run, each by its key."""

    signals: Mapping[str, SignalOutlook]
    upcoming: Mapping[str, SignalOutlook]
    messages: Mapping[str, MessageOutlook]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDifferences:
    """What differs between a run under the one and under the other policy."""

    signals: tuple[Difference[SignalOutlook], ...]
    upcoming: tuple[Difference[SignalOutlook], ...]
    messages: tuple[Difference[MessageOutlook], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTrial:
    """What another policy changes: in a run at this moment, and over the whole history.

    `now` is empty for a moment before the latest write: what was done there cannot be rehearsed any more.
    """

    programme: str
    at: datetime
    now: RunDifferences | None
    history: tuple[Difference[SignalOutlook], ...]


def compare_runs(before: RunOutlook, after: RunOutlook) -> RunDifferences:
    """Return what differs between the two, by key."""
    return RunDifferences(
        signals=_compare(before.signals, after.signals),
        upcoming=_compare(before.upcoming, after.upcoming),
        messages=_compare(before.messages, after.messages),
    )


def compare_episodes(
    before: Iterable[SignalOutlook], after: Iterable[SignalOutlook]
) -> tuple[Difference[SignalOutlook], ...]:
    """Return what differs between two histories: an episode moved when both know it at the same time."""
    was, becomes = list(before), list(after)
    same = [one for one in was if one in becomes]
    was, becomes = [one for one in was if one not in same], [one for one in becomes if one not in same]
    found: list[Difference[SignalOutlook]] = []
    for episode in was:
        mine = (one for one in becomes if (one.rule, one.subject) == (episode.rule, episode.subject))
        moved = next((one for one in mine if one.overlaps(episode)), None)
        if moved is not None:
            becomes.remove(moved)
        found.append(Difference(key=episode.key, before=episode, after=moved))
    found += [Difference(key=one.key, before=None, after=one) for one in becomes]
    return tuple(sorted(found, key=lambda one: (one.key, str(one.newest.opened_on))))


def _compare(before: Mapping[str, OutlookT], after: Mapping[str, OutlookT]) -> tuple[Difference[OutlookT], ...]:
    return tuple(
        Difference(key=key, before=before.get(key), after=after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    )


def _begins_before_end(one: SignalOutlook, other: SignalOutlook) -> bool:
    if one.opened_on is None or other.resolved_on is None:
        return True
    return one.opened_on <= other.resolved_on

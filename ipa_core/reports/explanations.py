"""Everything that one signal rests on, so that anybody can do its sums again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from ipa_core.domain.expectations import Expectation
    from ipa_core.domain.severities import Severity
    from ipa_core.domain.signals import ChangeKind
    from ipa_core.reports.signal_cards import SignalCard, Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """An expectation that stood behind the signal from `known_at` on, with the policy it was counted with.

    `until` is when another one took its place, or it was solved; empty while it stands. `free_days` are those between
    the first and the last day that its evidence and steps name.
    """

    expectation: Expectation
    known_at: datetime
    until: datetime | None
    threshold: Threshold
    free_days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalEvent:
    """What happened to the signal, and how much it weighed from then on."""

    at: datetime
    kind: ChangeKind
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One signal with all that it rests on, in order of time."""

    card: SignalCard
    events: tuple[SignalEvent, ...]
    grounds: tuple[Ground, ...]


def days_named(expectation: Expectation) -> tuple[date, date]:
    """Return the first and the last day that an expectation names; each has at least the day of a step."""
    days = [step.on for step in expectation.steps]
    days += [item.value for item in expectation.evidence if not isinstance(item.value, int | str)]
    return min(days), max(days)

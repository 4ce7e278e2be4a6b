"""What there is to say about one signal, and about one that is about to open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ipa_core.domain.signals import PLAN_DRIFT

if TYPE_CHECKING:
    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.expectations import Expectation, Step, Subject
    from ipa_core.domain.programmes import ContextPeriod
    from ipa_core.domain.signals import Signal
    from ipa_core.domain.solutions import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The thresholds of a rule as they held, with the day and the decision they rest on."""

    values: Mapping[str, int]
    valid_from: date
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectCard:
    """What a signal is about: `title` is the dossier's title, or the round's for a request.

    `source` is the signal that a signal on a signal is about.
    """

    code: str
    title: str
    theme: str
    ministries: tuple[str, ...]
    source: SourceCard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """The signal that another one is about."""

    rule: str
    subject: Subject
    card: SubjectCard


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalCard:
    """A signal with everything needed to explain it.

    `dependents` are the dossiers that wait for this one; `context` the recess or caretaker periods on its opening day.
    `members` are the dossiers that are held up in the theme that it is about.
    It `is_structural` when it was repeated as often as the ladder wants, and nobody took it up. `in_hand` is the
    decision by which somebody took it up or put it off, as long as that holds. While it is open `explained` is the last
    explanation that holds, accepted or not, `given` what a ministry said that it accepted, and `solution` what was last
    proposed for it.
    """

    signal: Signal
    subject: SubjectCard
    threshold: Threshold
    dependents: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    context: tuple[ContextPeriod, ...] = ()
    is_structural: bool = False
    in_hand: Decision | None = None
    explained: Decision | None = None
    given: Decision | None = None
    solution: Solution | None = None

    @property
    def expectation(self) -> Expectation:
        """What was expected."""
        return self.signal.row.expectation

    @property
    def is_rebaselined(self) -> bool:
        """It is about a plan that moved, another first date was decided since it opened, and no shift came after."""
        days = {item.name: item.value for item in self.expectation.evidence if isinstance(item.value, date)}
        decided_on = days.get("replaced_by")
        if self.signal.rule != PLAN_DRIFT or decided_on is None:
            return False
        return self.signal.opened_on <= decided_on and days.get("shifted_on", decided_on) <= decided_on


@dataclass(frozen=True, slots=True, kw_only=True)
class UpcomingCard:
    """A step that breaks if nothing changes."""

    expectation: Expectation
    subject: SubjectCard
    step: Step

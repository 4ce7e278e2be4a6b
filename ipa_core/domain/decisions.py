"""What did a person decide, about which signal or dossier, and why?

A decision is a fact like any other: appended, never changed, dated at the moment it was made. What follows from it is
worked out where dossiers are folded and signals are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from ipa_core.domain.recommendations import Adoption
    from ipa_core.domain.updates import RootCause


class DecisionKind(StrEnum):
    """The acts of people."""

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    EXPLAIN = "explain"
    VERIFY = "verify"
    REFUSE = "refuse"
    ADOPT = "adopt"
    DROP = "drop"
    REBASELINE = "rebaseline"
    ANSWER = "answer"
    PROPOSE = "propose"
    REPLAN = "replan"
    DONE = "done"

    @property
    def is_about_signal(self) -> bool:
        """Its subject is a signal; that of the others is a dossier or a solution."""
        return self in (DecisionKind.ACKNOWLEDGE, DecisionKind.SNOOZE, DecisionKind.EXPLAIN, DecisionKind.PROPOSE)

    @property
    def is_about_solution(self) -> bool:
        """Its subject is a solution that was proposed before."""
        return self in (DecisionKind.REPLAN, DecisionKind.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One act. `dossier` is the dossier it is about, `signal` the signal when it is about one.

    `organisation` is that of who decided. `until` is the last day on which a snooze, an explanation or the next step of
    an acknowledgement holds. `planned_on` is the new baseline, or the day of a solution. An explanation counts once IPA
    accepted it. A `solution` has a code, who carries it out, what it does (`next_step`), and when we look whether it
    helped.
    """

    seq: int
    kind: DecisionKind
    at: datetime
    dossier: str
    by: str
    organisation: str
    reason: str
    signal: str = ""
    rule: str = ""
    subject: str = ""
    until: date | None = None
    planned_on: date | None = None
    adoption: Adoption | None = None
    next_step: str = ""
    solution: str = ""
    root_cause: RootCause | None = None
    owner: str = ""
    review_on: date | None = None
    is_accepted: bool = True

    @property
    def on(self) -> date:
        """The day in Europe/Amsterdam."""
        return day_of(self.at)

    @property
    def where(self) -> str:
        """The source to show beside a value."""
        return f"besluit van {self.organisation}"

    def holds_on(self, day: date) -> bool:
        """Tell whether it still holds on a day, as far as it has an end."""
        return self.until is None or day <= self.until

    def explains_on(self, day: date) -> bool:
        """Tell whether it is an explanation that counts on the day: IPA accepted it, and it holds."""
        return self.kind is DecisionKind.EXPLAIN and self.is_accepted and self.holds_on(day)


def last_explanation(decided: Sequence[Decision], day: date) -> Decision | None:
    """Return the last explanation that holds on the day, accepted or not."""
    found = (one for one in reversed(decided) if one.kind is DecisionKind.EXPLAIN and one.holds_on(day))
    return next(found, None)


def accepted_by(decided: Sequence[Decision], acceptance: Decision | None) -> Decision | None:
    """Return the explanation of a ministry that was accepted; None when IPA explained it by itself."""
    if acceptance is None or not acceptance.is_accepted:
        return None
    given = (one for one in reversed(decided) if one.kind is DecisionKind.EXPLAIN and one.seq < acceptance.seq)
    return next((one for one in given if not one.is_accepted), None)

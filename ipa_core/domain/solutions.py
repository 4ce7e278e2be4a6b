"""What was proposed as a way out of a knelpunt: who does what, by when, and when do we look whether it helped?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.expectations import Evidence, Subject, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.updates import RootCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A proposed way out of the knelpunt behind one signal, as it stands.

    `proposal` is the decision that proposed it, `planned` the last one that gave it a date, `done` the one that said
    that it was carried out.
    """

    proposal: Decision
    planned: Decision
    review_on: date
    done: Decision | None = None

    @property
    def code(self) -> str:
        """Unique within the programme."""
        return self.proposal.solution

    @property
    def subject(self) -> Subject:
        """What signals on this solution are about."""
        return Subject(kind=SubjectKind.SOLUTION, code=self.code)

    @property
    def owner(self) -> str:
        """The organisation that carries it out."""
        return self.proposal.owner

    @property
    def root_cause(self) -> RootCause | None:
        """What it takes away."""
        return self.proposal.root_cause

    @property
    def planned_on(self) -> date:
        """The day by which it is carried out."""
        return self.planned.planned_on or self.planned.on

    def as_evidence(self) -> tuple[Evidence, ...]:
        """Name the solution: what it does, who carries it out, since when."""
        return (
            Evidence(name="solution", value=self.code),
            Evidence(name="what", value=self.proposal.next_step, source=self.proposal.where),
            Evidence(name="owner", value=self.owner),
            Evidence(name="proposed_on", value=self.proposal.on),
        )


def solution_code(number: int) -> str:
    """Return the code of the `number`-th solution of a programme."""
    return f"OPL-{number}"


def fold_solutions(decisions: Iterable[Decision]) -> tuple[Solution, ...]:
    """Return the solutions that follow from these decisions, in order of time, by the order of their proposals."""
    found: dict[str, Solution] = {}
    for one in decisions:
        known = found.get(one.solution)
        if one.kind is DecisionKind.PROPOSE:
            found[one.solution] = Solution(proposal=one, planned=one, review_on=one.review_on or one.on)
        elif known is not None and one.kind is DecisionKind.REPLAN:
            found[one.solution] = replace(known, planned=one, review_on=one.review_on or known.review_on, done=None)
        elif known is not None and one.kind is DecisionKind.DONE:
            found[one.solution] = replace(known, done=one)
    return tuple(found.values())

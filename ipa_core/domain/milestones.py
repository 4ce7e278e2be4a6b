"""Where does each milestone of a dossier stand, and which of its dates counts?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of
from ipa_core.domain.promises import Promise, RunningPromise
from ipa_core.domain.updates import Origin, Plan, Status, StatusUpdate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipa_core.domain.recommendations import Milestone, Recommendation

REGISTER = "register"
"""The source of a date that the register itself gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneStanding:
    """One milestone with everything that was said about it, by day."""

    milestone: Milestone
    updates: tuple[StatusUpdate, ...]

    @property
    def is_reached(self) -> bool:
        """The last word on it is that it was completed."""
        statuses = [update.status for update in self.updates if update.status is not None]
        return bool(statuses) and statuses[-1] is Status.COMPLETED

    @property
    def promise(self) -> Promise | None:
        """The date that counts."""
        running, planned_on = RunningPromise(), None
        for update in self.updates:
            planned_on = update.plan.on if update.plan is not None else planned_on
            running.add(update, planned_on)
        return running.standing


def stand_milestones(
    recommendation: Recommendation, versions: Iterable[Milestone], updates: Iterable[StatusUpdate]
) -> tuple[MilestoneStanding, ...]:
    """Return the milestones of a dossier by code; versions and updates are those that were known, oldest first."""
    known: dict[str, list[Milestone]] = {}
    for version in versions:
        known.setdefault(version.code, []).append(version)
    said: dict[str, list[StatusUpdate]] = {}
    for update in updates:
        if update.milestone is not None:
            said.setdefault(update.milestone, []).append(update)
    return tuple(
        MilestoneStanding(milestone=mine[-1], updates=_by_day(recommendation, mine, said.get(code, ())))
        for code, mine in sorted(known.items())
    )


def _by_day(
    recommendation: Recommendation, versions: list[Milestone], said: Iterable[StatusUpdate]
) -> tuple[StatusUpdate, ...]:
    everything = [*_register_dates(recommendation, versions), *said]
    return tuple(sorted(everything, key=lambda update: (update.effective_on, update.seq)))


def _register_dates(recommendation: Recommendation, versions: list[Milestone]) -> Iterator[StatusUpdate]:
    """Yield the date that the register gave from the start, and each other one that it gave since."""
    before: Milestone | None = None
    for version in versions:
        if before is None or version.planned_on != before.planned_on:
            yield StatusUpdate(
                seq=0,
                dossier=version.dossier,
                milestone=version.code,
                organisation=recommendation.lead,
                effective_on=recommendation.adopted_on if before is None else day_of(version.recorded_at),
                recorded_at=version.recorded_at,
                origin=Origin.REGISTER,
                plan=Plan(on=version.planned_on),
                source=REGISTER,
            )
        before = version

"""Where does each milestone of a dossier stand, and which of its dates counts?"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of
from ipa_core.domain.promises import Promise, RunningPromise
from ipa_core.domain.updates import Origin, Plan, Status, StatusUpdate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from ipa_core.domain.recommendations import Milestone, Recommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneStanding:
    """One milestone with everything that was said about it, by day."""

    milestone: Milestone
    updates: tuple[StatusUpdate, ...]

    @property
    def is_reached(self) -> bool:
        """The last word on it is that it was completed."""
        return self.status is Status.COMPLETED

    @property
    def status(self) -> Status:
        """Where it stands; a milestone nobody spoke about has not started."""
        said = (update.status for update in reversed(self.updates))
        return next((status for status in said if status is not None), Status.NOT_STARTED)

    @property
    def progress(self) -> int | None:
        """Per cent, the last that was said."""
        said = (update.progress for update in reversed(self.updates))
        return next((progress for progress in said if progress is not None), None)

    @property
    def planned_on(self) -> date | None:
        """The planned date that stands now."""
        said = (update.plan for update in reversed(self.updates))
        return next((plan.on for plan in said if plan is not None), None)

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
    """Return the milestones of a dossier by code, as known; versions come oldest first and updates by day."""
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
    return tuple(sorted(everything, key=attrgetter("effective_on")))


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
            )
        before = version

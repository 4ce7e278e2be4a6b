"""When will a dossier be done, as far as its own past and that of comparable dossiers tell?

Everything is counted in per cent of the time that the standing plan promises. Comparable dossiers weigh as a fixed
number of observations; each slip of the dossier itself, and the pace of its progress, weighs as one more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.comparables import ON_TIME, stretch
from ipa_core.domain.moments import day_of
from ipa_core.domain.spans import WHOLE, share_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ipa_core.domain.comparables import Comparables
    from ipa_core.domain.dossiers import Dossier, Entry
    from ipa_core.domain.spans import Curve

FARTHEST = 1000
"""Per cent of the promised time; of what lies beyond it we only say that it is later."""

_DONE = 100
"""Per cent of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is to be expected of a plan that was given on a day, from `on` on, when it is not done by then.

    `own` are the observations of the dossier itself, rising; `weight` is that of the comparables together.
    """

    given_on: date
    planned_on: date
    on: date
    comparables: Curve
    weight: int
    own: tuple[int, ...]

    @property
    def chance(self) -> int:
        """The chance, in millionths, that it is done by the planned date."""
        return self.chance_on(self.on)

    def chance_on(self, day: date) -> int:
        """Return the same for somebody who sees on a later day that it is still not done."""
        gone = self._gone_before(day)
        return WHOLE * max(0, self._share(ON_TIME) - gone) // (WHOLE - gone) if gone < WHOLE else 0

    def first_day_below(self, per_cent: int) -> date | None:
        """Return the first day, up to the planned date, on which the chance is less; None without such a day."""
        days = range((self.planned_on - self.on).days + 1)
        place = bisect_left(
            days, 1, key=lambda day: _DONE * self.chance_on(self.on + timedelta(days=day)) < per_cent * WHOLE
        )
        return self.on + timedelta(days=place) if place < len(days) else None

    def done_on(self, per_cent: int) -> date | None:
        """Return the day by which it is done with this chance; None when that lies further than anybody can see."""
        gone = self._gone_before(self.on)
        wanted = gone + (WHOLE - gone) * per_cent // _DONE
        length = bisect_left(range(FARTHEST + 1), wanted, key=self._share)
        if length > FARTHEST or gone == WHOLE:
            return None
        promised = (self.planned_on - self.given_on).days
        return max(self.on, self.given_on + timedelta(days=promised * length // ON_TIME))

    def _gone_before(self, day: date) -> int:
        """Return the share that would have been done before the day."""
        lasted = (day - self.given_on).days - 1
        return self._share(ON_TIME * lasted // (self.planned_on - self.given_on).days)

    def _share(self, length: int) -> int:
        mine = bisect_right(self.own, length)
        return (self.weight * share_by(self.comparables, length) + WHOLE * mine) // (self.weight + len(self.own))


def forecast(dossier: Dossier, comparables: Comparables, *, weight: int) -> Forecast | None:
    """Return what is to be expected of the plan that stands; None without one that looked ahead when it was given.

    It is made on the day of the table, or on the day on which the plan was given if that is later.
    """
    given = _given(dossier)
    if given is None or given.planned_on is None or given.planned_on <= given.on:
        return None
    promised = (given.planned_on - given.on).days
    paced_on = pace_days(dossier.since_closing, since=given.on)
    pace = [] if paced_on is None else [max(0, stretch(paced_on, promised))]
    return Forecast(
        given_on=given.on,
        planned_on=given.planned_on,
        on=max(day_of(comparables.at), given.on),
        comparables=comparables.slips,
        weight=weight,
        own=tuple(sorted([*own_slips(dossier.since_closing), *pace])),
    )


def own_slips(entries: Sequence[Entry]) -> list[int]:
    """Return how far each planned date stretched that was replaced by a later one."""
    found: list[int] = []
    standing: tuple[date, date] | None = None
    for entry in entries:
        said_on = entry.last_planned_on
        if said_on is None or (standing is not None and said_on == standing[1]):
            continue
        if standing is not None and said_on > standing[1] > standing[0]:
            found.append(stretch((said_on - standing[0]).days, (standing[1] - standing[0]).days))
        standing = entry.on, said_on
    return found


def pace_days(entries: Iterable[Entry], *, since: date) -> int | None:
    """Return in how many days from `since` it is done at the pace so far; None when progress did not grow."""
    told = [entry for entry in entries if entry.update.is_report and entry.update.progress is not None]
    if not told:
        return None
    first, last = told[0], told[-1]
    gained = (last.progress or 0) - (first.progress or 0)
    if gained <= 0 or last.on <= first.on:
        return None
    to_go = -(-(_DONE - (last.progress or 0)) * (last.on - first.on).days // gained)
    return (last.on - since).days + to_go


def _given(dossier: Dossier) -> Entry | None:
    """Return the entry with which the plan that stands began."""
    found = None
    for entry in reversed(dossier.cycle):
        if entry.planned_on is None or entry.planned_on != dossier.planned_on:
            break
        found = entry
    return found

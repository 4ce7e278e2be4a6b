"""How often did a ministry not answer in time, beside the others that were asked in the same rounds?

What counts is what was known just before a request closed, at the end of its grace. What came later was late.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import groupby
from math import sqrt
from operator import attrgetter
from statistics import NormalDist
from typing import TYPE_CHECKING, Self

from ipa_core.domain.expectations import day_after
from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.spans import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.directories import Directory, DirectoryHistory
    from ipa_core.domain.rounds import Request, RequestHistory

_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one request brought by the instant at which it closed: dossiers that were asked, and those without a line.

    `place` is that of its round among all rounds, `ministry` who held the request when it closed. At `moved_at` its due
    date moved: from then on it counts for the other day.
    """

    place: int
    round: str
    ministry: str
    closes_at: datetime
    waived_at: datetime | None
    moved_at: datetime | None
    asked: int
    late: int

    def is_closed_at(self, moment: datetime) -> bool:
        """Tell whether it is over at the instant, for the due date that stands then."""
        return self.closes_at <= moment and (self.moved_at is None or self.moved_at > moment)

    def counts_at(self, moment: datetime) -> bool:
        """Tell whether it is asked for at the instant: it closed, and nobody was excused."""
        return self.is_closed_at(moment) and (self.waived_at is None or self.waived_at > moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTally:
    """One closed round: of how many dossiers a ministry and the others were asked, and how many came late.

    On `closed_on` the last of its requests so far was over.
    """

    round: str
    closed_on: date
    asked: int
    late: int
    others_asked: int
    others_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """A ministry beside the others in every round that closed, oldest first."""

    ministry: str
    rounds: tuple[RoundTally, ...]


def closes_at(request: Request, calendar: Calendar) -> datetime:
    """Return the instant at which what did not come is late."""
    return start_of_day(day_after(calendar.add_working_days(request.due_on, request.grace)))


def tally_requests(
    rounds: Sequence[Sequence[RequestHistory]], directory: DirectoryHistory, calendar: Calendar
) -> list[Tally]:
    """Return what every request brought, by round in the order given."""
    known_at = cache(directory.at)  # The requests of a round close at the same few instants.
    return [
        _tally(place, history, known_at, closing, moved_at)
        for place, histories in enumerate(rounds)
        for history in histories
        for closing, moved_at in _closings(history, calendar)
    ]


def _closings(history: RequestHistory, calendar: Calendar) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield when a request closed, each time with the instant at which its date moved after that."""
    for due_on, moved_at in history.due_terms:
        closing = closes_at(replace(history.request, due_on=due_on), calendar)
        if moved_at is None or closing < moved_at:
            yield closing, moved_at


def _tally(
    place: int,
    history: RequestHistory,
    known_at: Callable[[datetime], Directory],
    closing: datetime,
    moved_at: datetime | None,
) -> Tally:
    last = closing - _JUST_BEFORE
    known = history.at(last)
    return Tally(
        place=place,
        round=known.round,
        ministry=known_at(last).present(known.organisation, day_of(last)),
        closes_at=closing,
        waived_at=history.request.waived_at,
        moved_at=moved_at,
        asked=len(known.asked),
        late=len(known.missing),
    )


def tell_lateness(tallies: Iterable[Tally], moment: datetime) -> list[Lateness]:
    """Return how every ministry that was asked stands beside the others at the instant; `tallies` come by round."""
    closed = [one for one in tallies if one.is_closed_at(moment)]
    rounds = [_Sums.of(list(mine), moment) for _, mine in groupby(closed, key=attrgetter("place"))]
    counting = sorted({one.ministry for one in closed if one.counts_at(moment)})
    return [
        Lateness(ministry=ministry, rounds=tuple(mine.beside_others(ministry) for mine in rounds))
        for ministry in counting
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """One closed round, summed up by ministry."""

    round: str
    closed_on: date
    asked: Counter[str]
    late: Counter[str]

    @classmethod
    def of(cls, tallies: Sequence[Tally], moment: datetime) -> Self:
        asked, late = Counter[str](), Counter[str]()
        for one in tallies:
            if one.counts_at(moment):
                asked[one.ministry] += one.asked
                late[one.ministry] += one.late
        return cls(
            round=tallies[0].round,
            closed_on=day_of(max(one.closes_at for one in tallies)),
            asked=asked,
            late=late,
        )

    def beside_others(self, ministry: str) -> RoundTally:
        asked, late = self.asked[ministry], self.late[ministry]
        return RoundTally(
            round=self.round,
            closed_on=self.closed_on,
            asked=asked,
            late=late,
            others_asked=self.asked.total() - asked,
            others_late=self.late.total() - late,
        )


def lower_bound(part: int, whole: int, *, confidence: int) -> int:
    """Return the lower end of Wilson's interval for a share, in whole millionths; `confidence` is in per cent."""
    z = NormalDist().inv_cdf((100 + confidence) / 200)
    share, spread = part / whole, z * z / whole
    middle = share + spread / 2
    width = z * sqrt((share * (1 - share) + spread / 4) / whole)
    return max(0, round(WHOLE * (middle - width) / (1 + spread)))

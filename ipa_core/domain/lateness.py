"""How often did a ministry not answer in time, beside the others that were asked in the same rounds?

What counts is what was known just before a request closed, at the end of its grace. What came later was late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from math import sqrt
from operator import attrgetter
from statistics import NormalDist
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import day_after
from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.spans import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.directories import DirectoryHistory
    from ipa_core.domain.rounds import Request, RequestHistory

_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one request brought by the instant at which it closed: dossiers that were asked, and those without a line.

    `place` is that of its round among all rounds, `ministry` who held the request when it closed.
    """

    place: int
    round: str
    ministry: str
    closes_at: datetime
    waived_at: datetime | None
    asked: int
    late: int

    def counts_at(self, moment: datetime) -> bool:
        """Tell whether it is asked for at the instant: it closed, and nobody was excused."""
        return self.closes_at <= moment and (self.waived_at is None or self.waived_at > moment)


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
    return [
        _tally(place, history, directory, closes_at(history.request, calendar))
        for place, histories in enumerate(rounds)
        for history in histories
    ]


def _tally(place: int, history: RequestHistory, directory: DirectoryHistory, closing: datetime) -> Tally:
    last = closing - _JUST_BEFORE
    known = history.at(last)
    return Tally(
        place=place,
        round=known.round,
        ministry=directory.at(last).present(known.organisation, day_of(last)),
        closes_at=closing,
        waived_at=history.request.waived_at,
        asked=len(known.asked),
        late=len(known.missing),
    )


def tell_lateness(tallies: Iterable[Tally], moment: datetime) -> list[Lateness]:
    """Return how every ministry that was asked stands beside the others at the instant; `tallies` come by round."""
    closed = [one for one in tallies if one.closes_at <= moment]
    rounds = [list(mine) for _, mine in groupby(closed, key=attrgetter("place"))]
    counting = sorted({one.ministry for one in closed if one.counts_at(moment)})
    return [
        Lateness(ministry=ministry, rounds=tuple(_count(mine, ministry, moment) for mine in rounds))
        for ministry in counting
    ]


def _count(tallies: Sequence[Tally], ministry: str, moment: datetime) -> RoundTally:
    counting = [one for one in tallies if one.counts_at(moment)]
    own = [one for one in counting if one.ministry == ministry]
    others = [one for one in counting if one.ministry != ministry]
    return RoundTally(
        round=tallies[0].round,
        closed_on=day_of(max(one.closes_at for one in tallies)),
        asked=sum(one.asked for one in own),
        late=sum(one.late for one in own),
        others_asked=sum(one.asked for one in others),
        others_late=sum(one.late for one in others),
    )


def lower_bound(part: int, whole: int, *, confidence: int) -> int:
    """Return the lower end of Wilson's interval for a share, in whole millionths; `confidence` is in per cent."""
    z = NormalDist().inv_cdf((100 + confidence) / 200)
    share, spread = part / whole, z * z / whole
    middle = share + spread / 2
    width = z * sqrt((share * (1 - share) + spread / 4) / whole)
    return max(0, round(WHOLE * (middle - width) / (1 + spread)))

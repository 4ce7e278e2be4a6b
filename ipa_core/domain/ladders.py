"""Who hears what, when: the ladder of a request, and what a rung may do on a day.

A rung is planned ahead and is due when its day has come and it is unsent and still true; "exactly n days before" is
never compared with today. After downtime only the latest due rung that may go goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import BEFORE_DUE, RUNG, between
from ipa_core.domain.expectations import day_after
from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.pauses import OpenDays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.rounds import Request


class Rung(StrEnum):
    """The steps of the ladders, in their order."""

    REQUEST = "O"
    FIRST_REMINDER = "H1"
    SECOND_REMINDER = "H2"
    DUE_TODAY = "H3"
    LATE = "L1"
    LATE_WITH_NOTICE = "L2"
    ESCALATION = "E1"
    OPENING = "opening"
    REPEAT = "repeat"
    COORDINATOR = "coordinator"
    PROJECT_LEAD = "project_lead"
    AANJAGER = "aanjager"
    CRITICAL = "critical"
    WORSE = "worse"
    SNOOZE_ENDED = "snooze_ended"
    SOLVED = "solved"
    TAKEN_OVER = "taken_over"
    PASSED_ON = "passed_on"
    MENTION = "mention"
    DIGEST = "digest"


ABOVE_MINISTRY = frozenset({Rung.ESCALATION, Rung.PROJECT_LEAD, Rung.AANJAGER})
"""The escalations of a request and of a signal: somebody outside the ministry hears of it."""

NEEDS_BEFORE: Mapping[Rung, Rung] = {Rung.ESCALATION: Rung.LATE_WITH_NOTICE}
"""An escalation goes only after its notice went: who is about to be overtaken is told before."""

OF_REQUEST = (
    Rung.REQUEST,
    Rung.FIRST_REMINDER,
    Rung.SECOND_REMINDER,
    Rung.DUE_TODAY,
    Rung.LATE,
    Rung.LATE_WITH_NOTICE,
    Rung.ESCALATION,
)
"""The rungs of a request, in order."""

PAUSING = frozenset(OF_REQUEST[1:])
"""What waits while somebody has in hand that a request is unanswered: all but the request itself."""

AUDIENCE: Mapping[Rung, tuple[Role, ...]] = {
    Rung.REQUEST: (Role.MAIN,),
    Rung.FIRST_REMINDER: (Role.MAIN,),
    Rung.SECOND_REMINDER: (Role.MAIN,),
    Rung.DUE_TODAY: (Role.MAIN,),
    Rung.LATE: (Role.MAIN, Role.DEPUTY),
    Rung.LATE_WITH_NOTICE: (Role.MAIN, Role.DEPUTY, Role.COORDINATOR),
    Rung.ESCALATION: (Role.PROJECT_LEAD,),
    Rung.OPENING: (Role.MAIN,),
    Rung.REPEAT: (Role.MAIN,),
    Rung.WORSE: (Role.MAIN,),
    Rung.SNOOZE_ENDED: (Role.MAIN,),
    Rung.COORDINATOR: (Role.COORDINATOR,),
    Rung.PROJECT_LEAD: (Role.PROJECT_LEAD,),
    Rung.AANJAGER: (Role.AANJAGER,),
    Rung.CRITICAL: (Role.PROJECT_LEAD, Role.AANJAGER),
    Rung.TAKEN_OVER: (Role.MAIN,),
    Rung.PASSED_ON: (Role.MAIN,),
    Rung.MENTION: (Role.MAIN,),
    Rung.DIGEST: (Role.AANJAGER, Role.PROJECT_LEAD),
}


SIGNAL_AUDIENCE: Mapping[str, tuple[Role, ...]] = {
    "G02": (Role.TEAM, Role.PROJECT_LEAD),
    "K": (),
    "K04": (Role.COORDINATOR, Role.PROJECT_LEAD),
    "M": (Role.BEHEERDER, Role.PROJECT_LEAD),
    "O01": (Role.TEAM, Role.PROJECT_LEAD),
    "S": (Role.PROJECT_LEAD,),
    "S02": (Role.COORDINATOR,),
}
"""Who hears of a signal, by the code of its rule or else by its family: the first role with somebody on duty.

Nobody for K: the ladder of the request speaks for them, except that K04 is about a ministry that no ladder reaches.
What is not named here goes to the main contact of the lead.
"""

OF_MINISTRY = frozenset({Role.MAIN, Role.DEPUTY, Role.COORDINATOR})
"""Roles that each ministry has; the others belong to the programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLadder:
    """Working days from the due date; negative is before it. A round shorter than `short_below` gets no `h1`."""

    h1: int = field(metadata=BEFORE_DUE)
    h2: int = field(metadata=BEFORE_DUE)
    h3: int = field(metadata=BEFORE_DUE)
    l1: int = field(metadata=RUNG)
    l2: int = field(metadata=RUNG)
    e1: int = field(metadata=RUNG)
    e2: int = field(metadata=RUNG)
    short_below: int = field(metadata=between(0, 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRung:
    """A rung and the working day on which it goes at 09:00."""

    rung: Rung
    planned_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RungStanding:
    """What became of a rung so far, over all its recipients.

    `went_on` is the day on which it was handed over; `has_failed` means that it never will be. `is_unreachable` means
    that there is nobody to write to: what comes after it does not wait for it.
    """

    rung: Rung
    planned_on: date
    went_on: date | None = None
    has_failed: bool = False
    is_unreachable: bool = False
    is_closed: bool = False

    @property
    def is_unsent(self) -> bool:
        """It may still go."""
        return not self.is_closed and not self.has_failed and self.went_on is None


class Move(StrEnum):
    """What to do with an unsent rung today."""

    GO = "go"
    WAIT = "wait"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class RungMove:
    """The decision on one unsent rung; a waiting one may get a later day. `by` is the rung that overtook it."""

    rung: Rung
    move: Move
    planned_on: date
    by: Rung | None = None


def plan_request_ladder(
    request: Request, ladder: RequestLadder, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> tuple[PlannedRung, ...]:
    """Return the rungs of a request with their days, in order.

    The late rungs wait until the grace is over, also when a programme gives more of it, and days on which somebody has
    in hand that the request is unanswered do not count. E2 is not among them: it is a decision asked in the aanjager's
    digest.
    """
    days = OpenDays(calendar, pauses)
    opens_on = day_of(calendar.next_window(request.opened_at))
    length = calendar.working_days_between(opens_on, request.due_on)
    before = {Rung.FIRST_REMINDER: ladder.h1, Rung.SECOND_REMINDER: ladder.h2, Rung.DUE_TODAY: ladder.h3}
    if length < ladder.short_below:
        del before[Rung.FIRST_REMINDER]
    grace_over_on = day_after(calendar.add_working_days(request.due_on, request.grace))
    first_late_on = days.first_from(max(grace_over_on, _offset(request.due_on, ladder.l1, calendar)))
    after = {Rung.LATE_WITH_NOTICE: ladder.l2 - ladder.l1, Rung.ESCALATION: ladder.e1 - ladder.l1}
    reminders = [PlannedRung(rung=rung, planned_on=_offset(request.due_on, n, calendar)) for rung, n in before.items()]
    return (
        PlannedRung(rung=Rung.REQUEST, planned_on=opens_on),
        *(rung for rung in reminders if rung.planned_on > opens_on),
        PlannedRung(rung=Rung.LATE, planned_on=first_late_on),
        *(PlannedRung(rung=rung, planned_on=days.add(first_late_on, n)) for rung, n in after.items()),
    )


def decide_moves(rungs: Sequence[RungStanding], *, on: date, days: OpenDays) -> tuple[RungMove, ...]:
    """Decide on every unsent rung of one ladder, given in order, for the working day `on`; `days` are those that count.

    Only the latest due rung that may go goes; the due ones before it are overtaken, and so is one whose day had come
    when a later one went to any of its readers: who could not be reached then is not told less now. An escalation waits
    for its notice, and then for the ladder's distance between the two. Nobody is reminded while somebody took that up.
    """
    next_open = days.first_from(on)
    planned = {rung.rung: _day_from(next_open, on, rung, _settled_day(rung, rungs, days)) for rung in rungs}
    by_gone = {rung.rung: _overtaken_by(rung, rungs[place + 1 :]) for place, rung in enumerate(rungs)}
    unsent = [rung for rung in rungs if rung.is_unsent]
    due = [rung.rung for rung in unsent if (day := planned[rung.rung]) is not None and day <= on]
    going = next((rung for rung in reversed(due) if by_gone[rung] is None), None)
    passed = [rung.rung for rung in rungs]
    moves = []
    for rung in unsent:
        planned_on, by = planned[rung.rung] or rung.planned_on, by_gone[rung.rung]
        if by is None and going is not None and passed.index(rung.rung) < passed.index(going):
            by = going
        move = Move.OVERTAKEN if by is not None else Move.GO if rung.rung is going else Move.WAIT
        moves.append(RungMove(rung=rung.rung, move=move, planned_on=planned_on, by=by))
    return tuple(moves)


def _overtaken_by(rung: RungStanding, later: Sequence[RungStanding]) -> Rung | None:
    """Return the first later rung for any of the same readers that went when the day of this one had come."""
    went = (one for one in later if one.went_on is not None and one.went_on >= rung.planned_on)
    return next((one.rung for one in went if share_readers(rung.rung, one.rung)), None)


def share_readers(one: Rung, other: Rung) -> bool:
    """Tell whether somebody in the same role may read both."""
    return not set(AUDIENCE[one]).isdisjoint(AUDIENCE[other])


def signal_audience(rule: str, *, after: Role | None = None) -> tuple[Role, ...]:
    """Return the roles to try in turn for a signal of this rule; those up to and including `after` were tried."""
    default = (Role.MAIN, Role.DEPUTY)
    roles = SIGNAL_AUDIENCE.get(rule, SIGNAL_AUDIENCE.get(rule[0], default))
    return roles[roles.index(after) + 1 :] if after in roles else roles


def _day_from(next_open: date, on: date, rung: RungStanding, planned_on: date | None) -> date | None:
    """Return the day on which a rung may go, which is `next_open` when it is due on a day that does not count."""
    is_due = planned_on is not None and planned_on <= on
    return next_open if is_due and next_open > on and rung.rung in PAUSING else planned_on


def _settled_day(rung: RungStanding, rungs: Sequence[RungStanding], days: OpenDays) -> date | None:
    """Return the first day on which the rung may go; None while it waits for the rung before it."""
    needed = NEEDS_BEFORE.get(rung.rung)
    before = next((other for other in rungs if other.rung is needed), None)
    if before is None or before.has_failed or before.is_unreachable:
        return rung.planned_on
    if before.went_on is None:
        return None
    return max(rung.planned_on, days.add(before.went_on, days.between(before.planned_on, rung.planned_on)))


def _offset(on: date, n: int, calendar: Calendar) -> date:
    return calendar.add_working_days(on, n) if n >= 0 else calendar.subtract_working_days(on, -n)

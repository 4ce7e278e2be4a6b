"""The ladder of a request in the reference model: which rung must go to whom, and why did another one not?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Role
from ipa_core.simulation.reference_lives import last_turn, open_days_between, seen
from ipa_core.simulation.reference_post import Line
from ipa_core.simulation.stories import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from ipa_core.simulation.reference_lives import Held
    from ipa_core.simulation.reference_post import Duty, Post
    from ipa_core.simulation.stories import Asked, Run, Story

OPENING, FIRST_REMINDER, SECOND_REMINDER, DUE_TODAY = "O", "H1", "H2", "H3"
LATE, LATE_WITH_NOTICE, ESCALATION = "L1", "L2", "E1"

AFTERWARDS = frozenset({LATE, LATE_WITH_NOTICE, ESCALATION})
"""What counts the days on which nobody had in hand that the request is unanswered."""

UNANSWERED = "K01"
"""The rule of the signal that it is."""

READERS = {
    **dict.fromkeys((OPENING, FIRST_REMINDER, SECOND_REMINDER, DUE_TODAY), (Role.MAIN,)),
    LATE: (Role.MAIN, Role.DEPUTY),
    LATE_WITH_NOTICE: (Role.MAIN, Role.DEPUTY, Role.COORDINATOR),
    ESCALATION: (Role.PROJECT_LEAD,),
}


class RequestLadders:
    """Every request of a story, and how far its ladder came. A request that stays open keeps its ladder for ever."""

    def __init__(self, story: Story, post: Post) -> None:
        self._calendar, self._offsets, self._short_below = (
            story.calendar,
            story.ladders.request,
            story.ladders.short_below,
        )
        self._requests = story.requests
        self._unanswered = {
            request.code: tuple(life for life in story.lives if f":{UNANSWERED}:{request.code}:" in life.id)
            for request in story.requests
        }
        self._post = post
        self._days = {request.code: self._planned(request) for request in story.requests}

    def due(self, run: Run, duty: Duty) -> Iterator[Line]:
        """Yield what must go at this run."""
        for request in self._requests:
            if request.opened_at <= run.at and not _is_settled(request, run):
                yield from self._rung(request, self._held(request, run), day_of(run.at), duty)

    def withheld(self, run: Run, duty: Duty) -> Iterator[tuple[str, Reason]]:
        """Yield each rung that was planned up to this run and did not go, with the reason."""
        for request in self._requests:
            if request.opened_at <= run.at:
                last_gone = max(
                    (n for n, rung in enumerate(READERS) if _name(request, rung) in self._post.gone), default=-1
                )
                for n, rung in enumerate(READERS):
                    if rung in self._days[request.code] and _name(request, rung) not in self._post.gone:
                        yield _name(request, rung), self._why_not(request, rung, run, duty, is_passed=n < last_gone)

    def _held(self, request: Asked, run: Run) -> list[Held]:
        """Return when somebody had in hand that the request is unanswered, as far as the run knows."""
        lives = ((life, last_turn(life, run)) for life in self._unanswered[request.code])
        return [one for life, now in lives if now is not None for one in seen(life, now, run).held]

    def _rung(self, request: Asked, held: Sequence[Held], on: date, duty: Duty) -> Iterator[Line]:
        """Yield the latest rung that went or may go: after downtime nobody gets the ones before it as well."""
        gone = self._post.gone
        passed = [
            rung
            for rung in self._days[request.code]
            if _name(request, rung) in gone or self._may_go(request, rung, held, on)
        ]
        if not passed or _is_paused(passed[-1], held, on):
            return
        readers = duty.of_all(READERS[passed[-1]], request.ministry)
        line = Line(ladder=_ladder(request), rung=passed[-1], mailboxes=readers)
        if line.name not in gone:
            yield line
        elif (rest := self._post.still_to_hear(line, duty)) is not None:
            yield rest

    def _may_go(self, request: Asked, rung: str, held: Sequence[Held], on: date) -> bool:
        """Let a rung wait for its day, all but the opening while it is in hand, and the escalation for its notice.

        Unclear in the text: which of several readers of the notice counts. Here the last one, so that each of them had
        the days that the notice promised. A notice that nobody can read was never given: then the escalation waits.
        """
        planned_on = self._days[request.code][rung]
        if _is_paused(rung, held, on):
            return False
        if rung not in AFTERWARDS:
            return planned_on <= on
        needed = self._calendar.working_days_between(request.due_on, planned_on)
        if open_days_between(self._calendar, held, request.due_on, on) < needed:
            return False
        if rung != ESCALATION:
            return True
        noticed_on = self._post.gone.get(_name(request, LATE_WITH_NOTICE))
        distance = self._offsets[ESCALATION] - self._offsets[LATE_WITH_NOTICE]
        return noticed_on is not None and open_days_between(self._calendar, held, noticed_on, on) >= distance

    def _why_not(self, request: Asked, rung: str, run: Run, duty: Duty, *, is_passed: bool) -> Reason:
        if is_passed:
            return Reason.OVERTAKEN
        if _is_settled(request, run):
            return Reason.ANSWERED
        on = day_of(run.at)
        if _is_paused(rung, self._held(request, run), on):
            return Reason.PAUSED
        is_unread = not duty.of_all(READERS[rung], request.ministry)
        return Reason.NOBODY if self._days[request.code][rung] <= on and is_unread else Reason.WAITING

    def _planned(self, request: Asked) -> dict[str, date]:
        """Return the day of each rung, in order.

        Unclear in the text: what the day of the opening is when a round opens outside the window. Here the day on which
        its first message can go, so that nobody gets a request and a reminder of it in one mail.
        """
        opens_on = day_of(self._calendar.next_window(request.opened_at))
        days = {OPENING: opens_on}
        is_short = self._calendar.working_days_between(opens_on, request.due_on) < self._short_below
        for rung in (FIRST_REMINDER, SECOND_REMINDER, DUE_TODAY):
            planned_on = self._shifted(request.due_on, self._offsets[rung])
            if planned_on > opens_on and not (rung == FIRST_REMINDER and is_short):
                days[rung] = planned_on
        # What is late is late once the grace is over; what follows moves along.
        grace_is_over_on = self._calendar.add_working_days(request.due_on, request.grace) + timedelta(days=1)
        late_on = self._calendar.roll_forward(max(grace_is_over_on, self._shifted(request.due_on, self._offsets[LATE])))
        for rung in (LATE, LATE_WITH_NOTICE, ESCALATION):
            days[rung] = self._shifted(late_on, self._offsets[rung] - self._offsets[LATE])
        return days

    def _shifted(self, on: date, working_days: int) -> date:
        """Return the day so many working days later, or earlier; a free day on the due date itself rolls earlier."""
        if working_days > 0:
            return self._calendar.add_working_days(on, working_days)
        return self._calendar.subtract_working_days(on, -working_days)


def _is_paused(rung: str, held: Iterable[Held], on: date) -> bool:
    """Tell whether somebody has in hand that the request is unanswered; who was never asked still is."""
    return rung != OPENING and any(one.first <= on <= one.last for one in held)


def _is_settled(request: Asked, run: Run) -> bool:
    return request.settled_at is not None and request.settled_at <= run.at


def _ladder(request: Asked) -> str:
    return f"request:{request.code}"


def _name(request: Asked, rung: str) -> str:
    return f"{_ladder(request)}:{rung}"

"""May the due date of a round, or of one ministry in it, move to this day? All that is wrong is told at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import years_later
from ipa_core.errors import InputRefused
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.table_rows import date_problem, iso_day
from ipa_core.store import rounds
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.succeed_requests import due_date_of_follow_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ipa_core.domain.rounds import ReportingRound, Request
    from ipa_core.usecases.views import ProgrammeView


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateAsked:
    """What somebody wants, as it was typed; without a ministry it is the whole round."""

    round: str
    ministry: str | None
    due: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateChecked:
    """The round as it stands, the day to which it moves, and those of its requests that get another day by that."""

    round: ReportingRound
    due_on: date
    requests: Mapping[str, date]
    is_round_moved: bool


def check_due_date(view: ProgrammeView, asked: DueDateAsked) -> DueDateChecked:
    """Return what is to move.

    Raises:
        InputRefused: it cannot; with every problem.
    """
    problems = ProblemList()
    found = _find_round(view, asked, problems)
    requests = _find_requests(view, asked, found, problems) if found is not None else []
    due_on = _check_day(view, asked.due, found, problems)
    if not asked.reason.strip():
        problems.add("act_without_reason", column="--reason")
    if found is None or due_on is None:
        raise InputRefused(problems.in_order())
    dues = {one.organisation: _due_on(view, asked, one, due_on) for one in requests}
    moved = {one.organisation: dues[one.organisation] for one in requests if one.due_on != dues[one.organisation]}
    is_round_moved = asked.ministry is None and found.due_on != due_on
    if requests and not moved and not is_round_moved:
        problems.add("due_same", column="--due", value=due_on)
    if problems:
        raise InputRefused(problems.in_order())
    return DueDateChecked(round=found, due_on=due_on, requests=moved, is_round_moved=is_round_moved)


def _due_on(view: ProgrammeView, asked: DueDateAsked, request: Request, due_on: date) -> date:
    """Return the new day of a request: a follow-up keeps its usual time when the round as a whole moves."""
    if asked.ministry is None and request.is_follow_up:
        return due_date_of_follow_up(view, due_on, request.opened_at)
    return due_on


def _find_round(view: ProgrammeView, asked: DueDateAsked, problems: ProblemList) -> ReportingRound | None:
    opened = {one.code: one for one in rounds.list_rounds(view.session, view.code, known_at=view.at)}
    if asked.round not in opened and opened:
        problems.add("due_round_unknown", column="CODE", value=asked.round, choices=", ".join(opened))
    elif asked.round not in opened:
        problems.add("due_no_round", column="CODE", value=asked.round)
    return opened.get(asked.round)


def _find_requests(
    view: ProgrammeView, asked: DueDateAsked, found: ReportingRound, problems: ProblemList
) -> Sequence[Request]:
    """Return what may still be answered; a ministry that took the place of another one has its request."""
    requests = [one for one in list_requests(view, with_lines=True) if one.round == found.code]
    if asked.ministry is None:
        unfinished = [one for one in requests if _may_be_answered(one)]
        if not unfinished:
            problems.add("due_nothing_open", column="CODE", value=asked.round)
        return unfinished
    names = {view.present(one.organisation): one for one in requests} | {one.organisation: one for one in requests}
    request = names.get(asked.ministry)
    if request is None:
        choices = ", ".join(one.organisation for one in requests) or "-"
        problems.add("due_ministry_unknown", column="MINISTERIE", value=asked.ministry, choices=choices)
    elif not _may_be_answered(request):
        problems.add("due_settled", column="MINISTERIE", value=asked.ministry, round=asked.round)
    else:
        return [request]
    return []


def _may_be_answered(request: Request) -> bool:
    """Tell whether nobody was excused, and about something that is asked no line came."""
    is_answered = request.answered_at is not None and not request.missing
    return not is_answered and request.settled_at() == request.answered_at


def _check_day(view: ProgrammeView, typed: str, found: ReportingRound | None, problems: ProblemList) -> date | None:
    """Return the day when answers can be due on it."""
    on, latest = iso_day(typed), years_later(view.on, 1)
    if on is None:
        problems.add(date_problem(typed), column="--due", value=typed)
    elif found is not None and on < found.opened_on:
        problems.add("due_before_opening", column="--due", value=on, opened=found.opened_on)
    elif on < view.on:
        problems.add("act_in_the_past", column="--due", value=on)
    elif on > latest:
        problems.add("due_too_far", column="--due", value=on, last=latest)
    elif not view.calendar.is_working_day(on):
        near = [day for day in (view.calendar.roll_back(on), view.calendar.roll_forward(on)) if day >= view.on]
        problems.add("due_not_working_day", column="--due", value=on, near=" of ".join(map(str, near)))
    else:
        return on
    return None

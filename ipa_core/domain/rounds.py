"""What do we ask of whom, and until when: reporting rounds and their requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.moments import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime


class RequestState(StrEnum):
    """What became of a request; `moved` means that others were given all that it asked about."""

    OPEN = "open"
    ANSWERED = "answered"
    WAIVED = "waived"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMove:
    """From `at` on a round, or the request to one ministry, is due on this day, with the reason why."""

    at: datetime
    due_on: date
    reason: str


def due_terms(first: date, moves: Sequence[DueMove]) -> list[tuple[date, datetime | None]]:
    """Return the days on which something was due in turn, each with the instant at which it moved on; None stands."""
    return list(zip_longest((first, *(one.due_on for one in moves)), (one.at for one in moves)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRound:
    """One question to all ministries, as it stands; `code` names the period it asks about.

    `earlier` are the days on which it was due before, each with the instant at which it moved.
    """

    code: str
    opened_at: datetime
    due_on: date
    earlier: tuple[tuple[date, datetime], ...] = ()

    @property
    def opened_on(self) -> date:
        """The day on which it was opened."""
        return day_of(self.opened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredLine:
    """A line of a submission to a round that counted, about one dossier."""

    dossier: str
    organisation: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What we ask of one ministry in a round, as it stands; `grace` is working days after the due date.

    `asked` are the dossiers that it is about now, `missing` those of them on which no line came. One that is a
    follow-up opened after its round, for a ministry that took dossiers over. `moved_from` is the day on which it was
    due before its date moved.
    """

    round: str
    organisation: str
    opened_at: datetime
    due_on: date
    grace: int
    asked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    answered_at: datetime | None = None
    waived_at: datetime | None = None
    waiver_reason: str = ""
    is_follow_up: bool = False
    moved_from: date | None = None
    move_reason: str = ""

    @property
    def code(self) -> str:
        """Unique within the programme."""
        return f"{self.round}:{self.organisation}"

    @property
    def subject(self) -> Subject:
        """What signals on this request are about."""
        return Subject(kind=SubjectKind.REQUEST, code=self.code)

    @property
    def opened_on(self) -> date:
        """The day on which it was opened."""
        return day_of(self.opened_at)

    def settled_at(self) -> datetime | None:
        """When it was answered or waived, whichever came first."""
        return min((at for at in (self.answered_at, self.waived_at) if at is not None), default=None)

    def state_at(self, at: datetime) -> RequestState:
        """Tell what was known of it at the instant."""
        settled = self.settled_at()
        if settled is None or settled > at:
            return RequestState.OPEN if self.asked else RequestState.MOVED
        return RequestState.ANSWERED if settled == self.answered_at else RequestState.WAIVED


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHistory:
    """One request over time: as it was opened, what it asked about from when, when its date moved, and the lines."""

    request: Request
    asked: tuple[tuple[datetime, tuple[str, ...]], ...] = ()
    lines: tuple[AnsweredLine, ...] = ()
    moves: tuple[DueMove, ...] = ()

    @property
    def due_terms(self) -> list[tuple[date, datetime | None]]:
        """The days on which it was due in turn, each with the instant at which it moved on."""
        return due_terms(self.request.due_on, self.moves)

    @property
    def changes(self) -> tuple[datetime, ...]:
        """The instants at which it may have become another."""
        settled_at = self.request.settled_at()
        settled = () if settled_at is None else (settled_at,)
        asked = (at for at, _ in self.asked)
        return (*settled, *asked, *(line.at for line in self.lines), *(move.at for move in self.moves))

    def count_changes(self, moment: datetime, is_counted: Callable[[tuple[str, ...], tuple[str, ...]], bool]) -> int:
        """Return how often, by the instant, what it asks about changed in a way that counts: from what to what."""
        asked = [codes for at, codes in self.asked if at <= moment]
        return sum(is_counted(before, after) for before, after in pairwise(asked))

    def at(self, moment: datetime) -> Request:
        """Return the request as it was known at the instant."""
        settled_at = self.request.settled_at()
        is_settled = settled_at is not None and settled_at <= moment
        asked = next((codes for at, codes in reversed(self.asked) if at <= moment), self.request.asked)
        said = {line.dossier for line in self.lines if line.at <= moment}
        moves = [move for move in self.moves if move.at <= moment]
        dues = [self.request.due_on, *(move.due_on for move in moves)]
        return replace(
            self.request,
            due_on=dues[-1],
            moved_from=dues[-2] if moves else None,
            move_reason=moves[-1].reason if moves else "",
            asked=asked,
            missing=tuple(code for code in asked if code not in said),
            answered_at=self.request.answered_at if is_settled else None,
            waived_at=self.request.waived_at if is_settled else None,
        )

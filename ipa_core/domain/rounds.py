"""What do we ask of whom, and until when: reporting rounds and their requests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.moments import day_of

if TYPE_CHECKING:
    from datetime import date, datetime


class RequestState(StrEnum):
    """What became of a request."""

    OPEN = "open"
    ANSWERED = "answered"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRound:
    """One question to all ministries; `code` names the period it asks about."""

    code: str
    opened_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What we ask of one ministry in a round; `grace` is working days after the due date."""

    round: str
    organisation: str
    opened_at: datetime
    due_on: date
    grace: int
    asked: tuple[str, ...] = ()
    answered_at: datetime | None = None
    waived_at: datetime | None = None
    waiver_reason: str = ""

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
            return RequestState.OPEN
        return RequestState.ANSWERED if settled == self.answered_at else RequestState.WAIVED

"""What did somebody say about a dossier on a day? The words of a status update."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime


class Status(StrEnum):
    """Where a recommendation stands."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    BLOCKED = "blocked"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"

    @property
    def is_terminal(self) -> bool:
        """Nothing more is expected of the owner: completed, dropped or superseded."""
        return self in _TERMINAL


_TERMINAL = frozenset({Status.COMPLETED, Status.DROPPED, Status.SUPERSEDED})


class Effect(StrEnum):
    """What the worker notices; apart from what was delivered."""

    UNKNOWN = "unknown"
    NONE = "none"
    PARTIAL = "partial"
    VISIBLE = "visible"


class Rating(StrEnum):
    """The ministry's own judgement."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class RootCause(StrEnum):
    """Why it does not move."""

    LAW = "law"
    MONEY = "money"
    CAPACITY = "capacity"
    EXECUTION = "execution"
    PARTNER = "partner"
    DECISION = "decision"
    DATA = "data"


class Confidence(StrEnum):
    """How solid a public fact is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Origin(StrEnum):
    """Where a fact comes from: the register itself, the loaded public history, or a ministry's answer."""

    REGISTER = "register"
    HISTORY = "history"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A planned date as it was said; `on` is None when the date was taken away."""

    on: date | None


class StatusUpdate(NamedTuple):
    """One line about one dossier, by one organisation. `None` means: not said.

    `seq` orders facts that speak about the same day. `recorded_at` is when the engine knew, `effective_on` the day
    it speaks about. `round` is the one that an answer belongs to. `milestone` is set when the line is about a dated
    step of the dossier. `likeness` tells of the note of an answer how many per cent of it stood in the round before.
    `supersedes` names the fact that this one corrects.
    """

    seq: int
    dossier: str
    organisation: str
    effective_on: date
    recorded_at: datetime
    origin: Origin
    round: str = ""
    milestone: str | None = None
    status: Status | None = None
    progress: int | None = None
    plan: Plan | None = None
    reason: str = ""
    note: str = ""
    likeness: int | None = None
    evidence: tuple[str, ...] = ()
    root_cause: RootCause | None = None
    help_wanted: str = ""
    effect: Effect | None = None
    rating: Rating | None = None
    is_unchanged: bool = False
    source: str = ""
    confidence: Confidence | None = None
    supersedes: int | None = None

    @property
    def is_answer(self) -> bool:
        """Said by a ministry in a round, so that a reason may be asked."""
        return self.origin is Origin.ANSWER

    @property
    def is_report(self) -> bool:
        """Said about the dossier as a whole by somebody, so not a date from the register or a milestone."""
        return self.origin is not Origin.REGISTER and self.milestone is None

    @property
    def where(self) -> str:
        """The source to show beside a value; only what a ministry sent is called its own."""
        return self.source or _UNNAMED.get(self.origin, f"opgave van {self.organisation}")


_UNNAMED = {Origin.REGISTER: "register", Origin.HISTORY: "openbare bron"}
"""What to call where a fact comes from when its row names no source."""

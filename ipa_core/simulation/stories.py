"""What happened in a simulated life, as far as it decides who must hear what? Facts only, nothing that was sent.

The reference model reads this and nothing else, so that it cannot agree with the product by asking it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.decisions import DecisionKind
    from ipa_core.domain.expectations import SubjectKind
    from ipa_core.domain.organisations import Role
    from ipa_core.domain.severities import Severity
    from ipa_core.domain.signals import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of the engine: everything known at its instant counted.

    `is_mail_up` tells whether the mail server took what was handed over. When the machine died while it handed over,
    `died_after` are the mailboxes to which the server had answered by then; None for a run that came to its end.
    """

    at: datetime
    is_mail_up: bool
    died_after: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A mailbox that is on duty in a role, from `since` up to and including `until`, both days; None is open.

    `known_at` is when the engine heard of it; of two terms of one mailbox, organisation and role that are both known,
    the one that comes last counts. Roles of the programme have its own organisation.
    """

    organisation: str
    role: Role
    email: str
    known_at: datetime
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request of one ministry in a round; `settled_at` is when it was fully answered or excused, if it was."""

    code: str
    ministry: str
    opened_at: datetime
    due_on: date
    grace: int
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What happened to a signal at an instant; `severity` is what it weighed from then on, `applied_at` the run."""

    at: datetime
    kind: ChangeKind
    severity: Severity
    applied_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """From when until when a signal stood under another one, and so was silent."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """An acknowledgement or a snooze of a signal: made at an instant, meant to hold up to and including a day.

    `material_at` is when the dossier first materially changed after it was made, None if it did not.
    """

    kind: DecisionKind
    at: datetime
    until: date
    material_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One episode of a signal. `ministry` is who leads its dossier, or the organisation that it is about.

    `subject_kind` tells what it is about: an answer to a request and a proposed solution have a dossier as well.
    """

    id: str
    episode: int
    rule: str
    subject_kind: SubjectKind
    dossier: str
    ministry: str
    turns: tuple[Turn, ...]
    folds: tuple[Fold, ...] = ()
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladders:
    """Working days. `offsets` of requests by rung from the due date; of signals from the hand-over of the opening."""

    request: Mapping[str, int]
    short_below: int
    signal: Mapping[str, int]
    repeat_every: int
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that happened. `refused` are mailboxes that the mail server refuses for good, with from when."""

    programme: str
    calendar: Calendar
    ladders: Ladders
    runs: tuple[Run, ...]
    contacts: tuple[Term, ...]
    requests: tuple[Asked, ...]
    lives: tuple[Life, ...]
    refused: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One item that a recipient was handed: its readable key, and the instant."""

    key: str
    at: datetime


class Reason(StrEnum):
    """Why something that was planned did not go."""

    OVERTAKEN = "overtaken"
    ANSWERED = "answered"
    SOLVED = "solved"
    PAUSED = "paused"
    FOLDED = "folded"
    LIGHTER = "lighter"
    NOBODY = "nobody"
    WAITING = "waiting"

"""Notices: the rungs as rows, each with its day, its recipient and its reason, visible before they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy import Index, UniqueConstraint, and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.ladders import Rung
from ipa_core.domain.notices import NoticeReason, request_key, signal_key
from ipa_core.domain.severities import Severity
from ipa_core.store.bulk import append_many, in_batches, table_of, values_of
from ipa_core.store.outbox import MessageState, OutboxMessageRow
from ipa_core.store.signals import SignalRow
from ipa_core.store.types import UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ipa_core.domain.expectations import SubjectKind


class NoticeKind(StrEnum):
    """What a notice is about."""

    REQUEST = "request"
    SIGNAL = "signal"
    DIGEST = "digest"


class NoticeState(StrEnum):
    """What became of it; once promised, its message tells the rest."""

    PLANNED = "planned"
    PROMISED = "promised"
    SKIPPED = "skipped"
    SUPPRESSED = "suppressed"


class NoticeRow(SQLModel, table=True):
    """The decision that somebody must hear something. `subject` is a request code, a signal id or a digest period.

    `severity` is what its message says that the signal weighs, and `due_on` the due date of the request that it names;
    one of before due dates could move has none.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("programme", "key"),
        Index("ix_notice_programme_kind_subject", "programme", "kind", "subject"),
        Index("ix_notice_programme_state", "programme", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code")
    key: str
    kind: NoticeKind = Field(sa_column=enum_column(NoticeKind))
    subject: str
    episode: int = 1
    rung: Rung = Field(sa_column=enum_column(Rung))
    organisation: str
    recipient: str
    planned_on: date
    state: NoticeState = Field(sa_column=enum_column(NoticeState))
    reason: str = ""
    why_not: str = ""
    message: int | None = Field(default=None, foreign_key="outbox_message.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    severity: Severity | None = Field(default=None, sa_column=enum_column(Severity, nullable=True))
    due_on: date | None = None

    @property
    def stands_in(self) -> bool:
        """Whether it takes the place of a notice in a dead message, so that who else hears the same does not matter."""
        return self.reason == NoticeReason.STAND_IN


UNSENT = (NoticeState.PLANNED, NoticeState.SUPPRESSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """A notice as it is first decided."""

    key: str
    kind: NoticeKind
    subject: str
    rung: Rung
    organisation: str
    recipient: str
    planned_on: date
    state: NoticeState
    reason: NoticeReason
    why_not: str = ""
    episode: int = 1
    message: int | None = None
    settled_at: datetime | None = None


def append(session: Session, programme: str, new: Iterable[NewNotice], *, at: datetime) -> None:
    """Keep new notices, many rows at a time."""
    others = {"programme": programme, "severity": None, "due_on": None, "created_at": at}
    append_many(session, table_of(NoticeRow), (values_of(one, **others) for one in new))


def list_of_subjects(
    session: Session,
    programme: str,
    kind: NoticeKind,
    subjects: Collection[str],
    *,
    promised_or_on: Collection[Rung] | None = None,
) -> dict[str, list[NoticeRow]]:
    """Return the notices on these subjects, oldest first; or only those that were promised or are on these rungs."""
    found: dict[str, list[NoticeRow]] = {subject: [] for subject in subjects}
    for batch in in_batches(subjects):
        statement = select(NoticeRow).where(
            col(NoticeRow.programme) == programme, col(NoticeRow.kind) == kind, col(NoticeRow.subject).in_(batch)
        )
        if promised_or_on is not None:
            is_promised = col(NoticeRow.state) == NoticeState.PROMISED
            statement = statement.where(or_(is_promised, col(NoticeRow.rung).in_(promised_or_on)))
        for row in session.exec(statement.order_by(col(NoticeRow.id))):
            found[row.subject].append(row)
    return found


def list_in_state(session: Session, programme: str, *states: NoticeState, until: date | None = None) -> list[NoticeRow]:
    """Return the notices in these states, oldest first; only those planned by a day when it is given."""
    statement = select(NoticeRow).where(col(NoticeRow.programme) == programme, col(NoticeRow.state).in_(states))
    if until is not None:
        statement = statement.where(col(NoticeRow.planned_on) <= until)
    return list(session.exec(statement.order_by(col(NoticeRow.id))))


def list_waiting_days(session: Session, programme: str) -> frozenset[date]:
    """Return the days of the notices to somebody that wait for their day or, about a request, for another rung."""
    statement = select(col(NoticeRow.planned_on)).where(
        col(NoticeRow.programme) == programme,
        col(NoticeRow.state).in_(UNSENT),
        or_(col(NoticeRow.state) == NoticeState.PLANNED, col(NoticeRow.kind) == NoticeKind.REQUEST),
        col(NoticeRow.recipient) != "",
    )
    return frozenset(session.exec(statement.distinct()))


def list_unsent(
    session: Session,
    programme: str,
    *,
    untaken: Collection[int | None],
    kind: NoticeKind | None = None,
    rung: Rung | None = None,
    reason: NoticeReason | None = None,
) -> list[NoticeRow]:
    """Return the notices that wait, or stand in one of these untaken messages, oldest first; of this kind and so on."""
    is_untaken = and_(col(NoticeRow.state) == NoticeState.PROMISED, col(NoticeRow.message).in_(untaken))
    statement = select(NoticeRow).where(
        col(NoticeRow.programme) == programme, or_(col(NoticeRow.state).in_(UNSENT), is_untaken)
    )
    for column, wanted in ((NoticeRow.kind, kind), (NoticeRow.rung, rung), (NoticeRow.reason, reason)):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    return list(session.exec(statement.order_by(col(NoticeRow.id))))


def list_asked_mailboxes(session: Session, programme: str, requests: Collection[str]) -> set[tuple[str, str]]:
    """Return these requests with each mailbox to which a message about them was handed over."""
    found: set[tuple[str, str]] = set()
    for batch in in_batches(requests):
        statement = (
            select(NoticeRow.subject, NoticeRow.recipient)
            .join(OutboxMessageRow, col(OutboxMessageRow.id) == col(NoticeRow.message))
            .where(
                col(NoticeRow.programme) == programme,
                col(NoticeRow.kind) == NoticeKind.REQUEST,
                col(NoticeRow.subject).in_(batch),
                col(OutboxMessageRow.handed_over_at).is_not(None),
            )
        )
        found.update(session.exec(statement.distinct()))
    return found


def list_to_tell_solved(
    session: Session,
    programme: str,
    rungs: Collection[Rung],
    *,
    kinds: Collection[SubjectKind],
    but_not: Collection[str],
    at: datetime,
) -> list[NoticeRow]:
    """Return what was handed over on these rungs about signals that are solved, to who has not been told so.

    Only signals on these kinds of subject, and not of the rules `but_not`.
    """
    later = aliased(NoticeRow)
    has_heard = select(later.id).where(
        col(later.programme) == programme,
        col(later.kind) == NoticeKind.SIGNAL,
        col(later.subject) == col(NoticeRow.subject),
        col(later.recipient) == col(NoticeRow.recipient),
        col(later.rung) == Rung.SOLVED,
    )
    statement = (
        select(NoticeRow)
        .join(SignalRow, col(SignalRow.id) == col(NoticeRow.subject))
        .join(OutboxMessageRow, col(OutboxMessageRow.id) == col(NoticeRow.message))
        .where(
            col(SignalRow.programme) == programme,
            col(SignalRow.resolved_at) <= at,
            col(SignalRow.subject_kind).in_(kinds),
            col(SignalRow.rule).not_in(but_not),
            col(NoticeRow.programme) == programme,
            col(NoticeRow.kind) == NoticeKind.SIGNAL,
            col(NoticeRow.rung).in_(rungs),
            # Messages of before the ladders said no weight: who got those is left in peace.
            col(NoticeRow.severity).is_not(None),
            col(OutboxMessageRow.handed_over_at).is_not(None),
            ~has_heard.exists(),
        )
    )
    return list(session.exec(statement.order_by(col(NoticeRow.id))))


def list_structural(session: Session, programme: str, *, repeats: int, at: datetime) -> frozenset[str]:
    """Return the signals about which all repeats were handed over by the instant."""
    statement = (
        select(NoticeRow.subject, NoticeRow.key)
        .join(OutboxMessageRow, col(OutboxMessageRow.id) == col(NoticeRow.message))
        .where(
            col(NoticeRow.programme) == programme,
            col(NoticeRow.kind) == NoticeKind.SIGNAL,
            col(NoticeRow.rung) == Rung.REPEAT,
            col(OutboxMessageRow.handed_over_at) <= at,
        )
    )
    return frozenset(subject for subject, key in session.exec(statement) if turn_of(key) >= repeats)


def list_asked(session: Session, programme: str, *, until: date, at: datetime) -> dict[str, list[NoticeRow]]:
    """Return the notices that ask the aanjager for a decision on a signal: that did so by the instant, or are due."""
    found: dict[str, list[NoticeRow]] = {}
    statement = select(NoticeRow).where(
        col(NoticeRow.programme) == programme,
        col(NoticeRow.rung) == Rung.AANJAGER,
        col(NoticeRow.state).in_((NoticeState.PLANNED, NoticeState.PROMISED)),
        col(NoticeRow.planned_on) <= until,
        col(NoticeRow.created_at) <= at,
    )
    for row in session.exec(statement.order_by(col(NoticeRow.id))):
        found.setdefault(row.subject, []).append(row)
    return found


def list_of_message(session: Session, message: int) -> list[NoticeRow]:
    """Return the notices that one message carries."""
    return list(session.exec(select(NoticeRow).where(col(NoticeRow.message) == message).order_by(col(NoticeRow.id))))


def list_of_messages(session: Session, messages: Collection[int | None]) -> dict[int | None, list[NoticeRow]]:
    """Return the notices that each of these messages carries."""
    found: dict[int | None, list[NoticeRow]] = {message: [] for message in messages}
    for batch in in_batches(messages):
        statement = select(NoticeRow).where(col(NoticeRow.message).in_(batch))
        for row in session.exec(statement.order_by(col(NoticeRow.id))):
            found[row.message].append(row)
    return found


def find(session: Session, programme: str, key: str) -> NoticeRow | None:
    """Return the notice with the key."""
    statement = select(NoticeRow).where(col(NoticeRow.programme) == programme, col(NoticeRow.key) == key)
    return session.exec(statement).first()


def list_alike(session: Session, row: NoticeRow) -> list[NoticeRow]:
    """Return the other notices that are to tell, or told, somebody else what this one was to tell."""
    statement = select(NoticeRow).where(
        col(NoticeRow.programme) == row.programme,
        col(NoticeRow.kind) == row.kind,
        col(NoticeRow.subject) == row.subject,
        col(NoticeRow.episode) == row.episode,
        col(NoticeRow.rung) == row.rung,
        col(NoticeRow.state) != NoticeState.SKIPPED,
        col(NoticeRow.id) != row.id,
    )
    found = session.exec(statement.order_by(col(NoticeRow.id)))
    return [one for one in found if turn_of(one.key) == turn_of(row.key)]


def list_all(session: Session, programme: str, *, known_at: datetime) -> list[NoticeRow]:
    """Return every notice that was planned by the instant."""
    return list(
        session.exec(
            select(NoticeRow)
            .where(col(NoticeRow.programme) == programme, col(NoticeRow.created_at) <= known_at)
            .order_by(col(NoticeRow.planned_on), col(NoticeRow.id))
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotice:
    """A notice whose day has come, and where its message stands, if it has one; `why_not` of either."""

    key: str
    rung: Rung
    planned_on: date
    state: NoticeState
    message_state: MessageState | None
    message_due_at: datetime | None
    why_not: str


def list_due(session: Session, programme: str, *, on: date) -> list[DueNotice]:
    """Return the notices whose day has come, oldest first."""
    message = OutboxMessageRow
    rows = session.execute(
        sqlalchemy.select(
            col(NoticeRow.key),
            col(NoticeRow.rung),
            col(NoticeRow.planned_on),
            col(NoticeRow.state),
            col(message.state).label("message_state"),
            col(message.due_at).label("message_due_at"),
            func.coalesce(func.nullif(NoticeRow.why_not, ""), message.why_not, "").label("why_not"),
        )
        .join(message, col(NoticeRow.message) == col(message.id), isouter=True)
        .where(col(NoticeRow.programme) == programme, col(NoticeRow.planned_on) <= on)
        .order_by(col(NoticeRow.id))
    )
    return [DueNotice(**row) for row in rows.mappings()]


def count_skipped(session: Session, programme: str, *, why_not: str, since: datetime | None, until: datetime) -> int:
    """Return how many notices were skipped after the one moment, or ever, and by the other, for such a reason."""
    statement = select(func.count()).where(
        col(NoticeRow.programme) == programme,
        col(NoticeRow.state) == NoticeState.SKIPPED,
        col(NoticeRow.why_not).startswith(why_not.partition("{")[0]),
        col(NoticeRow.settled_at) <= until,
    )
    if since is not None:
        statement = statement.where(col(NoticeRow.settled_at) > since)
    return session.exec(statement).one()


def key_for(kind: NoticeKind, subject: str, episode: int, rung: Rung, recipient: str, *, turn: int = 1) -> str:
    """Return the key of a notice about a signal or a request; from the second turn on with a number behind it."""
    if kind is NoticeKind.SIGNAL:
        key = signal_key(subject, episode, rung, recipient)
    else:
        key = request_key(subject, rung, recipient)
    return key if turn == 1 else f"{key}#{turn}"


def turn_of(key: str) -> int:
    """Return for the how-many-eth time a notice with this key tells of a handover."""
    number = key.rpartition("#")[2]
    return int(number) if number.isdecimal() else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What became of the messages that carry notices: those that no dispatcher took up yet, and those that are dead."""

    untaken: Collection[int | None]
    dead: Collection[int | None]

    def is_unsent(self, row: NoticeRow) -> bool:
        """Tell whether the notice may still change: it waits, or no server took its message.

        What a digest asks stands once it was promised: what need not be asked any more was released before.
        """
        is_untaken = row.state is NoticeState.PROMISED and row.message in self.untaken
        return row.state in UNSENT or (is_untaken and row.rung is not Rung.AANJAGER)

    def has_gone(self, row: NoticeRow) -> bool:
        """Tell whether its message went, or may still: it was tried, and is not dead."""
        is_tried = row.state is NoticeState.PROMISED and row.message not in self.untaken
        return is_tried and row.message not in self.dead


def settle(session: Session, row: NoticeRow, state: NoticeState, *, why_not: str, at: datetime) -> None:
    """End or hold back a notice, with the reason."""
    if (row.state, row.why_not) == (state, why_not):
        return
    row.state, row.why_not, row.settled_at, row.message = state, why_not, at, None
    session.add(row)

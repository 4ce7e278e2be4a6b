"""The outbox: promised texts, who leases them, and every attempt to hand one over."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import Index, UniqueConstraint, and_, exists, func, not_, or_
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.store.bulk import in_batches, table_of
from ipa_core.store.types import JsonList, UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement


class MessageKind(StrEnum):
    """What kind of mail it is."""

    BUNDLE = "bundle"
    DIGEST = "digest"


class MessageState(StrEnum):
    """Where a promised text stands."""

    QUEUED = "queued"
    SENDING = "sending"
    HANDED_OVER = "handed_over"
    RETRYING = "retrying"
    DEAD = "dead"
    SKIPPED = "skipped"


class OutboxMessageRow(SQLModel, table=True):
    """One promised text to one recipient.

    `due_at` is when it may be tried next. `intent_at` is set before a hand-over and cleared only by success or a
    certain refusal: while it stands, nobody knows whether the message went. `leased_until` is on the machine's clock.
    `replaced_at` is when another message took the place of a dead one. `bounced_at` is when a mail server returned a
    message for good that another one had accepted: it is dead, and was handed over all the same. A post goes to the
    Teams channel of its recipient instead of the mailbox.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("programme", "key"),
        Index("ix_outbox_message_programme_state_due_at", "programme", "state", "due_at"),
        Index("ix_outbox_message_programme_bounced_at", "programme", "bounced_at"),
        Index("ix_outbox_message_programme_slot_on", "programme", "slot_on"),
        Index("ix_outbox_message_programme_handed_over_at", "programme", "handed_over_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code")
    key: str
    kind: MessageKind = Field(sa_column=enum_column(MessageKind))
    recipient: str
    organisation: str
    slot_on: date
    subject: str
    text: str
    html: str
    message_id: str
    thread: tuple[Any, ...] = Field(default=(), sa_type=JsonList)
    state: MessageState = Field(sa_column=enum_column(MessageState))
    promised_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    lease_owner: str = ""
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    intent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_doubtful: bool = False
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reference: str = ""
    why_not: str = ""
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    bounced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_post: bool = False


class AttemptRow(SQLModel, table=True):
    """One try to hand a message over, or what came back of it later."""

    __tablename__ = "attempt"

    seq: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="outbox_message.id", index=True)
    number: int
    at: datetime = Field(sa_type=UtcDateTime)
    outcome: str
    code: str = ""
    detail: str = ""


class DigestRow(SQLModel, table=True):
    """One digest period, decided once; `through_change` is the last signal change that it told."""

    __tablename__ = "digest"

    programme: str = Field(foreign_key="programme.code", primary_key=True)
    period: str = Field(primary_key=True)
    decided_at: datetime = Field(sa_type=UtcDateTime)
    through_change: int
    is_sent: bool


_rows = table_of(OutboxMessageRow)

WAITING = (MessageState.QUEUED, MessageState.RETRYING, MessageState.SENDING)


def find(session: Session, programme: str, key: str) -> OutboxMessageRow | None:
    """Return the message with the key."""
    statement = select(OutboxMessageRow).where(
        col(OutboxMessageRow.programme) == programme, col(OutboxMessageRow.key) == key
    )
    return session.exec(statement).first()


def find_by_mark(session: Session, mark: str) -> OutboxMessageRow | None:
    """Return the message whose Message-ID begins with the mark, of any programme."""
    statement = select(OutboxMessageRow).where(col(OutboxMessageRow.message_id).startswith(f"<{mark}", autoescape=True))
    return session.exec(statement).first()


def list_returned(session: Session, programme: str) -> list[tuple[datetime, str]]:
    """Return when a message came back, and of which mailbox, each time."""
    statement = select(OutboxMessageRow.bounced_at, OutboxMessageRow.recipient).where(
        col(OutboxMessageRow.programme) == programme, col(OutboxMessageRow.bounced_at).is_not(None)
    )
    rows = session.exec(statement.order_by(col(OutboxMessageRow.id)))
    return [(at, mailbox) for at, mailbox in rows if at is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSlot:
    """Which message somebody gets on a day, without its text."""

    id: int
    key: str
    recipient: str
    slot_on: date
    state: MessageState


def list_slots(session: Session, programme: str, kind: MessageKind, *, since: date) -> list[TakenSlot]:
    """Return the messages for this day and later."""
    names = [field.name for field in fields(TakenSlot)]
    statement = sqlalchemy.select(*(_rows.c[name] for name in names)).where(
        _rows.c.programme == programme, _rows.c.kind == kind, _rows.c.slot_on >= since
    )
    return [TakenSlot(**row) for row in session.execute(statement.order_by(_rows.c.id)).mappings()]


def list_untaken(session: Session, programme: str, kind: MessageKind) -> list[OutboxMessageRow]:
    """Return the waiting messages that certainly no server took yet, locked: their text may still change."""
    statement = select(OutboxMessageRow).where(*_is_untaken(programme), col(OutboxMessageRow.kind) == kind)
    return list(session.exec(statement.order_by(col(OutboxMessageRow.id)).with_for_update()))


def list_untaken_ids(session: Session, programme: str) -> frozenset[int | None]:
    """Return the ids of these messages of every kind, which are locked; not their texts."""
    statement = select(OutboxMessageRow.id).where(*_is_untaken(programme))
    return frozenset(session.exec(statement.order_by(col(OutboxMessageRow.id)).with_for_update()))


def has_untaken(session: Session, programme: str) -> bool:
    """Tell whether there is such a message."""
    return session.exec(select(OutboxMessageRow.id).where(*_is_untaken(programme)).limit(1)).first() is not None


def is_untaken(session: Session, message: OutboxMessageRow) -> bool:
    """Tell whether this is such a message; it is not locked."""
    statement = select(OutboxMessageRow.id).where(
        *_is_untaken(message.programme), col(OutboxMessageRow.id) == message.id
    )
    return session.exec(statement).first() is not None


def _is_untaken(programme: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutboxMessageRow.programme) == programme,
        col(OutboxMessageRow.state).in_((MessageState.QUEUED, MessageState.RETRYING)),
        col(OutboxMessageRow.intent_at).is_(None),
        col(OutboxMessageRow.is_doubtful).is_(False),
    )


def list_due(
    session: Session, programme: str, *, at: datetime, limit: int | None = None, is_post: bool | None = None
) -> list[int]:
    """Return the ids of the messages that are due, oldest first; those that a dead dispatcher held included.

    They are the posts, or the others, or with None all of them; no more than `limit` when it is given.
    """
    ways = (True, False) if is_post is None else (is_post,)
    return [
        identity
        for identity in session.exec(
            select(OutboxMessageRow.id)
            .where(
                col(OutboxMessageRow.programme) == programme,
                col(OutboxMessageRow.state).in_(WAITING),
                col(OutboxMessageRow.due_at) <= at,
                col(OutboxMessageRow.is_post).in_(ways),
            )
            .order_by(col(OutboxMessageRow.due_at), col(OutboxMessageRow.id))
            .limit(limit)
        )
        if identity is not None
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A message of which nobody knows whether it went; `leased_until` is the end of an attempt that broke off."""

    identity: int
    key: str
    message_id: str
    leased_until: datetime | None


def list_doubts(session: Session, programme: str, *, at: datetime) -> list[Doubt]:
    """Return the messages that are due and may have gone already, oldest first."""
    rows = session.exec(
        select(OutboxMessageRow)
        .where(
            col(OutboxMessageRow.programme) == programme,
            col(OutboxMessageRow.state).in_(WAITING),
            col(OutboxMessageRow.due_at) <= at,
            col(OutboxMessageRow.intent_at).is_not(None),
        )
        .order_by(col(OutboxMessageRow.id))
    )
    return [
        Doubt(identity=row.id or 0, key=row.key, message_id=row.message_id, leased_until=row.leased_until)
        for row in rows
    ]


def list_dead(session: Session, programme: str) -> list[OutboxMessageRow]:
    """Return the dead messages of which nothing took the place yet, oldest first."""
    statement = select(OutboxMessageRow).where(
        col(OutboxMessageRow.programme) == programme,
        col(OutboxMessageRow.state) == MessageState.DEAD,
        col(OutboxMessageRow.replaced_at).is_(None),
    )
    return list(session.exec(statement.order_by(col(OutboxMessageRow.id))))


def list_dead_ids(session: Session, programme: str) -> frozenset[int | None]:
    """Return the ids of all dead messages, also of those of which another one took the place."""
    statement = select(OutboxMessageRow.id).where(
        col(OutboxMessageRow.programme) == programme, col(OutboxMessageRow.state) == MessageState.DEAD
    )
    return frozenset(session.exec(statement))


def list_waiting(session: Session, programme: str) -> list[OutboxMessageRow]:
    """Return the messages that may still go, oldest first."""
    statement = select(OutboxMessageRow).where(
        col(OutboxMessageRow.programme) == programme, col(OutboxMessageRow.state).in_(WAITING)
    )
    return list(session.exec(statement.order_by(col(OutboxMessageRow.id))))


def list_attempts(session: Session, identity: int) -> list[AttemptRow]:
    """Return every try to hand this message over, oldest first."""
    return list(
        session.exec(select(AttemptRow).where(col(AttemptRow.message) == identity).order_by(col(AttemptRow.seq)))
    )


def has_handed_over(session: Session, *, since: datetime, is_mail_only: bool) -> bool:
    """Tell whether any message of any programme went at the moment or later, posts included or not."""
    statement = select(OutboxMessageRow.id).where(col(OutboxMessageRow.handed_over_at) >= since)
    if is_mail_only:
        statement = statement.where(col(OutboxMessageRow.is_post).is_(False))
    return session.exec(statement.limit(1)).first() is not None


def get_locked(session: Session, identity: int) -> OutboxMessageRow:
    """Return the message, locked for a decision."""
    return session.get_one(OutboxMessageRow, identity, with_for_update=True)


def get(session: Session, identity: int) -> OutboxMessageRow:
    """Return the message."""
    return session.get_one(OutboxMessageRow, identity)


def get_many(session: Session, ids: Collection[int]) -> dict[int, OutboxMessageRow]:
    """Return messages by id."""
    rows = session.exec(select(OutboxMessageRow).where(col(OutboxMessageRow.id).in_(ids))) if ids else ()
    return {row.id: row for row in rows if row.id is not None}


def list_handed_over(session: Session, ids: Collection[int]) -> dict[int, datetime]:
    """Return when each of these messages was handed over, as far as they were; not their texts."""
    found: dict[int, datetime] = {}
    for batch in in_batches(ids):
        statement = select(OutboxMessageRow.id, OutboxMessageRow.handed_over_at).where(
            col(OutboxMessageRow.id).in_(batch), col(OutboxMessageRow.handed_over_at).is_not(None)
        )
        found |= {identity: at for identity, at in session.exec(statement) if identity is not None and at is not None}
    return found


def count_held_up(session: Session, programme: str, *, at: datetime) -> int:
    """Return how many messages were tried in vain or due before the instant, and still wait; no digest that nobody saw.

    Such a digest is built again, or makes way for the next.
    """
    statement = select(func.count()).where(
        col(OutboxMessageRow.programme) == programme,
        col(OutboxMessageRow.state).in_(WAITING),
        or_(col(OutboxMessageRow.due_at) < at, col(OutboxMessageRow.attempts) > 0),
        not_(and_(col(OutboxMessageRow.kind) == MessageKind.DIGEST, *_is_untaken(programme))),
    )
    return session.exec(statement).one()


def count_dead(session: Session, programme: str, *, since: datetime) -> int:
    """Return how many messages that were promised after the moment were given up."""
    return session.exec(
        select(func.count()).where(
            col(OutboxMessageRow.programme) == programme,
            col(OutboxMessageRow.state) == MessageState.DEAD,
            col(OutboxMessageRow.promised_at) > since,
        )
    ).one()


def list_due_moments(session: Session, programme: str, *, at: datetime) -> list[datetime]:
    """Return since when each message that is due waits."""
    return list(
        session.exec(
            select(OutboxMessageRow.due_at).where(
                col(OutboxMessageRow.programme) == programme,
                col(OutboxMessageRow.state).in_(WAITING),
                col(OutboxMessageRow.due_at) <= at,
            )
        )
    )


def find_digest(session: Session, programme: str, period: str) -> DigestRow | None:
    """Return the decision on a digest period."""
    return session.get(DigestRow, (programme, period))


def last_digest(
    session: Session, programme: str, *, is_sent: bool | None = None, before: DigestRow | None = None
) -> DigestRow | None:
    """Return the newest digest decision, or the newest one that was (not) sent, or the one before another."""
    statement = select(DigestRow).where(col(DigestRow.programme) == programme)
    if is_sent is not None:
        statement = statement.where(col(DigestRow.is_sent) == is_sent)
    if before is not None:
        statement = statement.where(col(DigestRow.decided_at) < before.decided_at)
    return session.exec(statement.order_by(col(DigestRow.decided_at).desc()).limit(1)).first()


def count_failed(session: Session, programme: str, *, since: datetime | None) -> int:
    """Return how many messages were refused, given up or came back from the moment on, or ever; also if replaced."""
    statement = select(func.count()).where(
        col(OutboxMessageRow.programme) == programme, col(OutboxMessageRow.state) == MessageState.DEAD
    )
    if since is not None:
        tried_since = exists().where(col(AttemptRow.message) == col(OutboxMessageRow.id), col(AttemptRow.at) >= since)
        statement = statement.where(or_(col(OutboxMessageRow.bounced_at) >= since, tried_since))
    return session.exec(statement).one()


def count_handed_over(session: Session, programme: str, *, since: datetime | None, until: datetime) -> int:
    """Return how many messages were handed over from the one moment on, or ever, and before the other."""
    statement = select(func.count()).where(
        col(OutboxMessageRow.programme) == programme, col(OutboxMessageRow.handed_over_at) < until
    )
    if since is not None:
        statement = statement.where(col(OutboxMessageRow.handed_over_at) >= since)
    return session.exec(statement).one()

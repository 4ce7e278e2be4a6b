"""Who did what, when, to what? Entries in a hash chain, so that a later change shows.

An entry is stored in the transaction of the act itself: both are stored, or neither. Entries are gathered meanwhile and
join the chain as the very last step, because that locks the head of the chain, which all writers share. Triggers refuse
UPDATE and DELETE.

The chain shows every edit and removal, except by somebody with database rights who rewrites the tail and the head
together; the daily anchor outside the database shows that for everything older than the anchor.

Entries are never erased, so they hold no personal data: no names, no mail addresses, no free text that people typed.
Write ids and counts; for a person the salted hash or id from the table with personal data, which can be erased.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring as _quoted
from typing import Any, Final, Self

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    Row,
    String,
    Text,
    bindparam,
    func,
    select,
    type_coerce,
    update,
)
from sqlmodel import Field, Session, SQLModel, col

from ipa_core.errors import UnknownAnchor
from ipa_core.store.types import Json, JsonValue, UtcDateTime, canonical_json, utc_text

GENESIS: Final = "0" * 64
"""What the first entry names as the hash of the entry before it."""

_Seq = BigInteger().with_variant(Integer(), "sqlite")
_BATCH: Final = 2_000
_GATHERED: Final = "ipa_audit_entries"


class AuditEntry(SQLModel, table=True):
    """One act: `actor` did `action` to `subject`. Numbered from 1 without gaps."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("length(actor) BETWEEN 1 AND 200", name="actor"),
        CheckConstraint("length(action) BETWEEN 1 AND 100", name="action"),
        CheckConstraint("length(subject) BETWEEN 1 AND 400", name="subject"),
        CheckConstraint("length(prev_hash) = 64", name="prev_hash"),
        CheckConstraint("length(hash) = 64", name="hash"),
    )

    seq: int = Field(sa_column=Column(_Seq, primary_key=True, autoincrement=False))
    programme: str | None = Field(sa_column=Column(Text, nullable=True))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    actor: str = Field(sa_column=Column(Text, nullable=False))
    action: str = Field(sa_column=Column(Text, nullable=False))
    subject: str = Field(sa_column=Column(Text, nullable=False))
    details: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    prev_hash: str = Field(sa_column=Column(Text, nullable=False))
    hash: str = Field(sa_column=Column(Text, nullable=False))


class AuditHead(SQLModel, table=True):
    """The last entry, in one row that writers lock: two entries can never follow the same one."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=Column(_Seq, nullable=False))
    hash: str = Field(sa_column=Column(Text, nullable=False))


# The rows as they are stored: a value that was tampered with must not stop the check by being unreadable.
_STORED = select(
    col(AuditEntry.seq),
    col(AuditEntry.programme),
    type_coerce(col(AuditEntry.at), String).label("at"),
    col(AuditEntry.actor),
    col(AuditEntry.action),
    col(AuditEntry.subject),
    type_coerce(col(AuditEntry.details), Text).label("details"),
    col(AuditEntry.prev_hash),
    col(AuditEntry.hash),
).order_by(col(AuditEntry.seq))

# Columns, not objects: the session may remember a head from before we had the lock.
_HEAD = select(col(AuditHead.seq), col(AuditHead.hash)).where(col(AuditHead.id) == 1)
_MOVE_HEAD = (
    update(AuditHead)
    .where(col(AuditHead.id) == 1)
    .values(seq=bindparam("seq", type_=_Seq), hash=bindparam("hash", type_=Text))
    .execution_options(synchronize_session=False)
)


def append(
    session: Session,
    *,
    programme: str | None,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, JsonValue],
) -> None:
    """Append an entry to the acts of this transaction; outside `gathering` there is none, and KeyError is raised.

    `details` holds no personal data, and neither do `actor` and `subject`: ids, counts and choices only.
    """
    gathered: list[AuditEntry] = session.info[_GATHERED]
    entry = AuditEntry(
        seq=0,
        programme=programme,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        details=dict(details),
        prev_hash="",
        hash="",
    )
    gathered.append(entry)


@contextmanager
def gathering(session: Session) -> Iterator[list[AuditEntry]]:
    """Gather the entries of a transaction, and put them in the chain at the end of it, in the order of the acts.

    From there to the commit other writers wait, so nothing may follow. Numbers and hashes are filled in at the end.
    """
    gathered: list[AuditEntry] = []
    session.info[_GATHERED] = gathered
    yield gathered
    session.flush()
    if gathered:
        _chain(session, gathered)


def _chain(session: Session, entries: Sequence[AuditEntry]) -> None:
    last_seq, last_hash = session.execute(_HEAD.with_for_update()).one()
    for entry in entries:
        entry.seq, entry.prev_hash = last_seq + 1, last_hash
        entry.hash = entry_hash(
            seq=entry.seq,
            programme=entry.programme,
            at=utc_text(entry.at),
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            details=canonical_json(entry.details),
            prev_hash=entry.prev_hash,
        )
        last_seq, last_hash = entry.seq, entry.hash
    session.add_all(entries)
    session.flush()
    session.execute(_MOVE_HEAD, {"seq": last_seq, "hash": last_hash})


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One place in the chain, to be noted outside the database: who rewrites what lies before it, shows."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` writes: number and hash with a colon between; anything else raises UnknownAnchor."""
        seq, _, digest = text.strip().partition(":")
        if not seq.isdecimal() or not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise UnknownAnchor(text)
        return cls(seq=int(seq), hash=digest)

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def count(session: Session) -> int:
    """Return how many entries are stored, whole or not."""
    number: int = session.execute(select(func.count()).select_from(AuditEntry)).scalar_one()
    return number


def head(session: Session) -> Anchor:
    """Return the last entry as the head names it; number 0 when there is none yet, or the head is gone."""
    row = session.execute(_HEAD).one_or_none()
    return Anchor(seq=row.seq, hash=row.hash) if row else Anchor(seq=0, hash=GENESIS)


def stands(session: Session, anchor: Anchor) -> bool:
    """Tell whether the chain still holds the entry that was noted, with the same hash."""
    stored = session.execute(select(col(AuditEntry.hash)).where(col(AuditEntry.seq) == anchor.seq)).scalar_one_or_none()
    return anchor.hash == (GENESIS if anchor.seq == 0 else stored)


def is_stored(session: Session, anchor: Anchor) -> bool:
    """Tell whether a transaction with this last entry was stored; waits for a COMMIT that is still under way."""
    with session.begin_nested() as savepoint:
        session.execute(_HEAD.with_for_update())
        is_there = stands(session, anchor)
        # Gives the head back to the others.
        savepoint.rollback()
    return is_there


def verify(session: Session) -> int | None:
    """Return the number of the first entry that is changed, missing or too many, or None when the chain is whole.

    0 means that the head itself is gone. Entries are streamed: memory stays the same however long the chain.
    """
    seq, last_hash = 0, GENESIS
    for row in session.execute(_STORED.execution_options(yield_per=_BATCH)):
        seq += 1
        found: int = row.seq
        if found != seq:
            return min(found, seq)
        if row.prev_hash != last_hash or row.hash != _stored_hash(row):
            return seq
        last_hash = row.hash
    head = session.execute(_HEAD).one_or_none()
    if head is None:
        return 0
    head_seq: int = head.seq
    head_hash: str = head.hash
    if head_seq != seq:
        return min(head_seq, seq) + 1
    return None if head_hash == last_hash else seq


def entry_hash(
    *,
    seq: int,
    programme: str | None,
    at: str,
    actor: str,
    action: str,
    subject: str,
    details: str,
    prev_hash: str,
) -> str:
    """Return SHA-256, in hex, over the canonical JSON object of these fields.

    `at` is as `utc_text` writes it. `details` is the stored text, not the object it stands for, so that another text
    for the same object shows as well. The object is written out here, since an encoder costs as much as all the rest.
    """
    fields = (
        f'{{"action":{_quoted(action)},"actor":{_quoted(actor)},"at":{_quoted(at)},"details":{_quoted(details)}'
        f',"prev_hash":{_quoted(prev_hash)},"programme":{"null" if programme is None else _quoted(programme)}'
        f',"seq":{seq},"subject":{_quoted(subject)}}}'
    )
    return hashlib.sha256(fields.encode()).hexdigest()


def _stored_hash(row: Row[Any]) -> str | None:
    """Return the hash of a stored row, or None when it holds what we could never have written (bytes, bad text)."""
    seq, programme, at, actor, action, subject, details, prev_hash, _ = row
    try:
        return entry_hash(
            seq=seq,
            programme=programme,
            at=at if isinstance(at, str) else utc_text(at),
            actor=actor,
            action=action,
            subject=subject,
            details=details,
            prev_hash=prev_hash,
        )
    except (AttributeError, TypeError, ValueError):
        return None

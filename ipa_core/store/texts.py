"""Texts on their way into the outbox: many rows at a time, and from then on they are promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ipa_core.store.bulk import append_many, in_batches, table_of, values_of
from ipa_core.store.outbox import MessageState, OutboxMessageRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from ipa_core.store.outbox import MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a message says, to whom and when, before it is promised."""

    key: str
    kind: MessageKind
    recipient: str
    organisation: str
    slot_on: date
    subject: str
    text: str
    html: str
    message_id: str
    due_at: datetime
    thread: tuple[str, ...] = ()
    is_post: bool = False


_messages = table_of(OutboxMessageRow)


def append(session: Session, programme: str, texts: Sequence[Text], *, at: datetime) -> dict[str, int]:
    """Promise texts, many rows at a time; return the ids of the messages by key."""
    untaken = {
        "attempts": 0,
        "lease_owner": "",
        "leased_until": None,
        "intent_at": None,
        "is_doubtful": False,
        "handed_over_at": None,
        "reference": "",
        "why_not": "",
        "replaced_at": None,
        "bounced_at": None,
    }
    begun = {"programme": programme, "state": MessageState.QUEUED, "promised_at": at, **untaken}
    append_many(session, _messages, (values_of(one, **begun) for one in texts))
    ids: dict[str, int] = {}
    for batch in in_batches(one.key for one in texts):
        found = select(_messages.c.key, _messages.c.id).where(
            _messages.c.programme == programme, _messages.c.key.in_(batch)
        )
        ids |= {row.key: row.id for row in session.execute(found)}
    return ids

"""Hand over what is due: lease, hand over outside any transaction, record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from ipa_core import clock
from ipa_core.channels.handover import Outcome
from ipa_core.channels.mail import compose
from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import at_time
from ipa_core.domain.retries import next_attempt_at
from ipa_core.domain.rounds import RequestState
from ipa_core.reports import why_not
from ipa_core.store import audit, notices, outbox, programmes, signals
from ipa_core.store.notices import NoticeKind
from ipa_core.store.outbox import AttemptRow, MessageState, OutboxMessageRow
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from email.message import EmailMessage

    from sqlmodel import Session

    from ipa_core.channels.handover import Channel, Handover
    from ipa_core.store.database import Database
    from ipa_core.store.types import JsonValue

LEASE = timedelta(minutes=5)
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSummary:
    """What became of the messages that were due; `messages` are the keys of those that went."""

    handed_over: int = 0
    retrying: int = 0
    dead: int = 0
    messages: tuple[str, ...] = ()


def dispatch_outbox(
    database: Database, programme: str, *, channel: Channel, sender: str, at: datetime
) -> DispatchSummary:
    """Hand over every message that is due, one at a time; outside the sending window nothing goes.

    The caller makes sure that it is the only dispatcher. A message that a dead dispatcher left in `sending` may have
    gone: it goes once more under the same Message-ID, marked as doubtful.
    """
    if not database.read(lambda session: has_due(session, programme, at=at)):
        return DispatchSummary()
    owner = str(uuid4())
    outcomes: list[MessageState] = []
    went: list[str] = []
    for identity in database.read(lambda session: outbox.list_due(session, programme, at=at, limit=BATCH)):
        leased = database.write(lambda session, one=identity: _lease(session, one, owner, at=at))  # type: ignore[misc] # bound now
        if leased is None:
            continue
        handover = channel.deliver(_as_mail(leased, sender))
        outcomes.append(
            database.write(lambda session, one=identity, h=handover: _record(session, programme, one, owner, h, at=at))  # type: ignore[misc] # bound now
        )
        if outcomes[-1] is MessageState.HANDED_OVER:
            went.append(leased.key)
    return DispatchSummary(
        handed_over=outcomes.count(MessageState.HANDED_OVER),
        retrying=outcomes.count(MessageState.RETRYING),
        dead=outcomes.count(MessageState.DEAD),
        messages=tuple(went),
    )


def has_due(session: Session, programme: str, *, at: datetime) -> bool:
    """Tell whether anything would go now: the window is open and a message is due."""
    if not ProgrammeView(session, programme, at=at).calendar.is_in_window(at):
        return False
    return bool(outbox.list_due(session, programme, at=at, limit=1))


def _lease(session: Session, identity: int, owner: str, *, at: datetime) -> OutboxMessageRow | None:
    """Take the message and set the mark that only success or a certain refusal clears."""
    message = outbox.get_locked(session, identity)
    if message.lease_owner == owner:
        # The answer to our COMMIT was lost; the lease is ours.
        return message
    if message.state not in outbox.WAITING or message.due_at > at:
        return None
    if message.attempts and message.intent_at is None and _is_overtaken_by_facts(session, message, at=at):
        message.state, message.why_not = MessageState.SKIPPED, why_not.ALL_PASSED
        session.add(message)
        _note(session, message, "message.skip", at=at, details={})
        return None
    message.is_doubtful = message.is_doubtful or message.intent_at is not None
    message.state = MessageState.SENDING
    message.attempts += 1
    message.lease_owner = owner
    message.leased_until = clock.now() + LEASE
    message.intent_at = at
    session.add(message)
    _note(session, message, "message.lease", at=at, details={"attempt": message.attempts})
    return message


def _is_overtaken_by_facts(session: Session, message: OutboxMessageRow, *, at: datetime) -> bool:
    """Tell whether nothing that a message would say is true any more; it certainly did not go before."""
    rows = [row for row in notices.list_of_message(session, message.id or 0) if row.rung is not Rung.MENTION]
    asked = [row.subject for row in rows if row.kind is NoticeKind.REQUEST]
    told = {row.subject for row in rows if row.kind is NoticeKind.SIGNAL}
    if not rows or len(asked) + len(told) < len(rows) or any(row.rung is Rung.PASSED_ON for row in rows):
        return False
    view = ProgrammeView(session, message.programme, at=at)
    is_asking = any(
        request.code in asked and request.state_at(at) is RequestState.OPEN for request in list_requests(view)
    )
    return not is_asking and not signals.read_at(session, message.programme, at=at, ids=told or {""})


def _as_mail(message: OutboxMessageRow, sender: str) -> EmailMessage:
    return compose(
        message_id=message.message_id,
        sender=sender,
        recipient=message.recipient,
        subject=message.subject,
        text=message.text,
        html=message.html,
        references=tuple(message.thread),
        date=max(message.promised_at, at_time(message.slot_on, WINDOW_OPENS)),
    )


def _record(
    session: Session, programme: str, identity: int, owner: str, handover: Handover, *, at: datetime
) -> MessageState:
    programmes.get_row(session, programme, is_locked=True)
    message = outbox.get_locked(session, identity)
    if message.lease_owner != owner:
        return message.state
    view = ProgrammeView(session, message.programme, at=at)
    session.add(
        AttemptRow(
            message=identity,
            number=message.attempts,
            at=at,
            outcome=handover.outcome.value,
            code=handover.code,
            detail=handover.detail,
        )
    )
    message.lease_owner, message.leased_until = "", None
    if handover.outcome is Outcome.HANDED_OVER:
        message.state, message.handed_over_at, message.reference = MessageState.HANDED_OVER, at, handover.reference
        message.intent_at = None
    elif handover.outcome is Outcome.REFUSED:
        message.state, message.intent_at = MessageState.DEAD, None
        message.why_not = why_not.REFUSED.format(code=handover.code)
    else:
        _postpone(message, handover, view, at=at)
    session.add(message)
    programmes.note_write(session, programmes.get_row(session, programme), at=at)
    details = {"outcome": handover.outcome.value, "code": handover.code, "attempt": message.attempts}
    _note(session, message, "message.attempt", at=at, details=details)
    return message.state


def _note(
    session: Session, message: OutboxMessageRow, action: str, *, at: datetime, details: Mapping[str, JsonValue]
) -> None:
    audit.append(
        session,
        programme=message.programme,
        at=at,
        actor="engine",
        action=action,
        subject=f"message:{message.id}",
        details=details,
    )


def _postpone(message: OutboxMessageRow, handover: Handover, view: ProgrammeView, *, at: datetime) -> None:
    if handover.outcome is not Outcome.UNCERTAIN:
        message.intent_at = None
    due_at = next_attempt_at(message.attempts, at=at, calendar=view.calendar)
    if due_at is None:
        message.state, message.why_not = (
            MessageState.DEAD,
            why_not.GIVEN_UP.format(attempts=message.attempts, code=handover.code),
        )
        return
    message.state, message.due_at = MessageState.RETRYING, due_at

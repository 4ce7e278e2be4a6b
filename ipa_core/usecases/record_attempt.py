"""Write down what became of one attempt to hand a message over, and what follows from it: one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.channels.handover import JOURNAL, Handover, Outcome
from ipa_core.domain.ladders import Rung
from ipa_core.domain.messages import INVALID
from ipa_core.domain.retries import Trouble, Try, counting, plan_retry
from ipa_core.reports import why_not
from ipa_core.store import audit, notices, outbox, programmes
from ipa_core.store.notices import NoticeRow, NoticeState
from ipa_core.store.outbox import AttemptRow, MessageState, OutboxMessageRow
from ipa_core.usecases.follow_signals import follow_escalations
from ipa_core.usecases.refresh_expectations import refresh_messages
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.store.types import JsonValue

TROUBLES: Mapping[Outcome, Trouble] = {
    Outcome.RETRY: Trouble.CHANNEL,
    Outcome.DEFERRED: Trouble.MESSAGE,
    Outcome.UNCERTAIN: Trouble.DOUBT,
}
"""Whose trouble an outcome is; the others are no trouble of the channel."""

SAID_ONCE = frozenset(
    {Rung.OPENING, Rung.TAKEN_OVER, Rung.PASSED_ON, Rung.ESCALATION, Rung.PROJECT_LEAD, Rung.CRITICAL}
)
"""The rungs after which nothing else says the same to the same reader."""


def record_attempt(
    session: Session, programme: str, identity: int, owner: str, handover: Handover, *, at: datetime
) -> MessageState:
    """Record the outcome and return where the message stands now.

    Whoever lost its lease to another dispatcher records nothing: the other one does.
    """
    row = programmes.get_row(session, programme, is_locked=True)
    message = outbox.get_locked(session, identity)
    if message.lease_owner != owner:
        return message.state
    view = ProgrammeView(session, programme, at=at)
    session.add(_as_row(message, handover, at=at))
    session.flush()
    message.lease_owner, message.leased_until = "", None
    has_replaced = False
    if handover.outcome is Outcome.HANDED_OVER:
        message.state, message.handed_over_at, message.reference = MessageState.HANDED_OVER, at, handover.reference
        message.intent_at = None
        has_replaced = _take_places(view, message)
    elif handover.outcome is Outcome.REFUSED:
        message.intent_at = None
        _die(message, why_not.INVALID if handover.code == INVALID else why_not.REFUSED.format(code=handover.code))
    else:
        _postpone(view, message, handover)
    session.add(message)
    if message.state in (MessageState.HANDED_OVER, MessageState.DEAD):
        refresh_messages(view, [message])
    if message.state is MessageState.HANDED_OVER:
        follow_escalations(view, identity)
    programmes.note_write(session, row, at=at, is_news=has_replaced or message.state is MessageState.DEAD)
    details = {"outcome": handover.outcome.value, "code": handover.code, "attempt": message.attempts}
    note_act(session, message, "message.attempt", at=at, details=details)
    return message.state


def record_proof(session: Session, programme: str, identity: int, *, at: datetime) -> None:
    """Record that the journal has a message of which nobody knew whether it went.

    After one attempt in doubt it is certain now that it went once; after more, the others may have gone as well.
    """
    programmes.get_row(session, programme, is_locked=True)
    message = outbox.get_locked(session, identity)
    answered = {
        row.number for row in outbox.list_attempts(session, identity) if Outcome(row.outcome) is not Outcome.UNCERTAIN
    }
    message.is_doubtful = message.attempts - len(answered) > 1
    message.lease_owner = JOURNAL
    proof = Handover(outcome=Outcome.HANDED_OVER, code=JOURNAL, reference=JOURNAL)
    record_attempt(session, programme, identity, JOURNAL, proof, at=at)


def note_act(
    session: Session, message: OutboxMessageRow, action: str, *, at: datetime, details: Mapping[str, JsonValue]
) -> None:
    """Append to the log of acts what was done to the message."""
    audit.append(
        session,
        programme=message.programme,
        at=at,
        actor="engine",
        action=action,
        subject=f"message:{message.id}",
        details=details,
    )


def _as_row(message: OutboxMessageRow, handover: Handover, *, at: datetime) -> AttemptRow:
    return AttemptRow(
        message=message.id or 0,
        number=message.attempts,
        at=at,
        outcome=handover.outcome.value,
        code=handover.code,
        detail=handover.detail,
    )


def _die(message: OutboxMessageRow, reason: str) -> None:
    message.state, message.why_not = MessageState.DEAD, reason


def _postpone(view: ProgrammeView, message: OutboxMessageRow, handover: Handover) -> None:
    """Plan the next try, or give the message up."""
    if handover.outcome is Outcome.UNCERTAIN:
        message.is_doubtful = True
    elif not message.is_doubtful:
        message.intent_at = None  # An earlier try of which nobody knows the end is in doubt for good.
    tries = [
        Try(at=row.at, trouble=TROUBLES[Outcome(row.outcome)])
        for row in outbox.list_attempts(view.session, message.id or 0)
    ]
    due_at = plan_retry(
        tries,
        key=message.key,
        within=view.policy.thresholds["M01"].values.within,
        is_channel_working=_is_channel_working(view, tries, is_post=message.is_post),
        calendar=view.calendar,
    )
    if due_at is not None:
        message.state, message.due_at = MessageState.RETRYING, due_at
    elif handover.outcome is Outcome.UNCERTAIN:
        _die(message, why_not.UNANSWERED)
    else:
        _die(message, why_not.GIVEN_UP.format(attempts=message.attempts, code=handover.code))


def _is_channel_working(view: ProgrammeView, tries: list[Try], *, is_post: bool) -> bool:
    """Tell whether anything went since the first try that counts against the message.

    Posts in Teams do not show that mail goes. Mail shows that the monitor can send, so that a channel of Teams that is
    gone does not keep its posts waiting for ever.
    """
    against = counting(tries)
    return bool(against) and outbox.has_handed_over(view.session, since=against[0].at, is_mail_only=not is_post)


def _take_places(view: ProgrammeView, message: OutboxMessageRow) -> bool:
    """Settle the dead messages whose place this one takes: same mailbox, its deputy, or its successor; tell if any."""
    dead = outbox.list_dead(view.session, view.code)
    if not dead:
        return False
    said = notices.list_of_message(view.session, message.id or 0)
    told_now = {_what(row) for row in said}
    stands_in_for = {_what(row) for row in said if row.stands_in}
    for one in dead:
        # That our own server takes more mail for a mailbox does not show that the mailbox is there again.
        is_same_way = (one.recipient, one.is_post) == (message.recipient, message.is_post)
        is_same_mailbox = is_same_way and one.bounced_at is None
        # While a mailbox counts as away, whoever else is told the same stands in for it.
        in_its_place = stands_in_for if one.bounced_at is None else told_now
        if is_same_mailbox or _told(view, one) & in_its_place or _has_left(view, one, message.organisation):
            one.replaced_at = view.at
            view.session.add(one)
            refresh_messages(view, [one])
        if is_same_mailbox and not one.is_doubtful:
            _tell_again(view, one)
    return any(one.replaced_at == view.at for one in dead)


def _what(row: NoticeRow) -> tuple[str, int, Rung]:
    return row.subject, row.episode, row.rung


def _told(view: ProgrammeView, message: OutboxMessageRow) -> set[tuple[str, int, Rung]]:
    return {_what(row) for row in notices.list_of_message(view.session, message.id or 0)}


def _has_left(view: ProgrammeView, dead: OutboxMessageRow, organisation: str) -> bool:
    """Tell whether the mailbox is no longer on duty, now that another one of the same ministry was reached."""
    if dead.organisation != organisation:
        return False
    return not view.directory.is_on_duty(dead.recipient, dead.organisation, view.on)


def _tell_again(view: ProgrammeView, dead: OutboxMessageRow) -> None:
    """Plan anew what a dead message told and nothing else will, unless the deputy hears it; the mailbox works.

    A later reminder of a request says all that an earlier one did, and light signals are mentioned again by themselves.
    What no deputy was promised yet is for the mailbox itself again, and a deputy hears nothing that others will.
    """
    said_once = (row for row in notices.list_of_message(view.session, dead.id or 0) if row.rung in SAID_ONCE)
    lost = outbox.list_dead_ids(view.session, view.code)
    for row in said_once:
        others = [one for one in notices.list_alike(view.session, row) if one.message not in lost]
        stand_ins = [one for one in others if one.stands_in]
        is_heard = any(one.state is NoticeState.PROMISED for one in stand_ins)
        if is_heard or (row.stands_in and len(others) > len(stand_ins)) or _is_above(view, row):
            continue
        for one in stand_ins if not row.stands_in else ():
            notices.settle(view.session, one, NoticeState.SKIPPED, why_not=why_not.BACK, at=view.at)
        notices.settle(view.session, row, NoticeState.PLANNED, why_not="", at=view.at)


def _is_above(view: ProgrammeView, row: NoticeRow) -> bool:
    """Tell whether the aanjager is asked by now about a request of which the projectleider was to hear.

    The projectleider reads that in the same digest. Told anew, it would begin the wait of the aanjager anew.
    """
    ladder = view.policy.request_ladder
    is_due = view.calendar.add_working_days(row.planned_on, ladder.e2 - ladder.e1) <= view.on
    return row.rung is Rung.ESCALATION and is_due

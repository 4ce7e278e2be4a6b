"""Hand over what is due: lease, hand over outside any transaction, record."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from ipa_core import clock, faults
from ipa_core.channels.handover import Handover, Outcome
from ipa_core.channels.mail import attach, compose
from ipa_core.domain.breakers import StopReason, why_stop
from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.ladders import Rung
from ipa_core.domain.messages import INVALID
from ipa_core.domain.moments import at_time
from ipa_core.domain.rounds import RequestState
from ipa_core.reports import why_not
from ipa_core.store import attachments, notices, outbox, programmes, signals
from ipa_core.store.notices import NoticeKind, NoticeState
from ipa_core.store.outbox import MessageState, OutboxMessageRow
from ipa_core.usecases.prove_handovers import Proofs, prove_handovers
from ipa_core.usecases.record_attempt import TROUBLES, note_act, record_attempt
from ipa_core.usecases.refresh_expectations import refresh_messages
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from email.message import EmailMessage

    from sqlmodel import Session

    from ipa_core.channels.handover import Channel
    from ipa_core.channels.journal import Journal
    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.retries import Trouble
    from ipa_core.store.database import Database

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long one attempt is ours, when the channel takes a minute at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSummary:
    """What became of the messages that were due; `messages` are the keys of those that went, `died` of the dead.

    `stopped` tells why the rest was left for a later round; None when all that was due was tried.
    """

    handed_over: int = 0
    retrying: int = 0
    dead: int = 0
    messages: tuple[str, ...] = ()
    died: tuple[str, ...] = ()
    stopped: StopReason | None = None

    def joined(self, other: DispatchSummary) -> DispatchSummary:
        """Return what became of the messages of both."""
        return DispatchSummary(
            handed_over=self.handed_over + other.handed_over,
            retrying=self.retrying + other.retrying,
            dead=self.dead + other.dead,
            messages=self.messages + other.messages,
            died=self.died + other.died,
            stopped=self.stopped or other.stopped,
        )


@dataclass(frozen=True, slots=True)
class _Leased:
    """A message that is ours to hand over, for the how-many-eth time; one that makes no mail is refused already."""

    identity: int
    key: str
    attempt: int
    until: datetime
    mail: EmailMessage | Handover


@dataclass(slots=True)
class _Round:
    """The attempts of one dispatch, in order."""

    went: list[str] = field(default_factory=list)
    died: list[str] = field(default_factory=list)
    postponed: int = 0
    troubles: list[Trouble | None] = field(default_factory=list)

    def note(self, message: _Leased, handover: Handover, state: MessageState) -> None:
        self.troubles.append(TROUBLES.get(handover.outcome))
        if state is MessageState.HANDED_OVER:
            self.went.append(message.key)
        elif state is MessageState.DEAD:
            self.died.append(message.key)
            log.error("message:%s is dead after attempt %s: %s", message.identity, message.attempt, handover.code)
        else:
            self.postponed += 1

    def summary(self, stopped: StopReason | None) -> DispatchSummary:
        if stopped is not None:
            is_usual = stopped in (StopReason.ASKED_TO_STOP, StopReason.WINDOW_CLOSED)
            log.log(
                logging.WARNING if is_usual else logging.ERROR,
                "sending stopped after %s attempts: %s",
                len(self.troubles),
                stopped.value,
            )
        return DispatchSummary(
            handed_over=len(self.went),
            retrying=self.postponed,
            dead=len(self.died),
            messages=tuple(self.went),
            died=tuple(self.died),
            stopped=stopped,
        )


def dispatch_outbox(  # noqa: PLR0913 - each by its name, and most have a default
    database: Database,
    programme: str,
    *,
    channel: Channel,
    sender: str,
    now: Callable[[], datetime],
    journal: Journal | None = None,
    lease: timedelta = LEASE,
    is_sole: Callable[[], bool] = lambda: True,
    is_stopping: Callable[[], bool] = lambda: False,
    is_post: bool | None = None,
) -> DispatchSummary:
    """Hand over every message that is due, one at a time. Outside the sending window nothing goes.

    `now` tells the moment, which goes on while this takes long. With `is_post` only those that go to Teams, or only
    those that do not: each way has trouble of its own.

    The caller makes sure that it is the only dispatcher; `is_sole` is asked before each message whether that is still
    so, and `is_stopping` whether somebody waits for us to stop.

    A message that a dead dispatcher left in `sending` may have gone. What the `journal` has did; anything else goes
    once more under the same Message-ID, marked as doubtful. `lease` is how long an attempt is ours: longer than the
    channel takes for one message, and than a copy takes to reach the journal. When the server is plainly down, too much
    fails or the window closes, the rest waits for a later round.
    """
    begun_at = now()
    if not database.read(lambda session: has_due(session, programme, at=begun_at)):
        return DispatchSummary()
    calendar = database.read(lambda session: ProgrammeView(session, programme, at=begun_at).calendar)
    proofs = prove_handovers(database, programme, journal=journal, at=begun_at) if journal and is_sole() else Proofs()
    owner, done = str(uuid4()), _Round(went=list(proofs.found))
    for identity in database.read(lambda session: outbox.list_due(session, programme, at=begun_at, is_post=is_post)):
        if identity in proofs.waiting:
            continue
        at = now()
        if stopped := _why_not_go_on(at, calendar, is_sole, is_stopping):
            return done.summary(stopped)
        faults.at("outbox.before_lease")
        leased = database.write(lambda session, one=identity, at=at: _lease(session, one, owner, sender, lease, at=at))  # type: ignore[misc] # bound now
        if leased is None:
            continue
        faults.at("outbox.after_lease")
        if clock.now() >= leased.until:
            return done.summary(StopReason.LOCK_LOST)  # We stood still for so long that another may have it by now.
        handover = leased.mail if isinstance(leased.mail, Handover) else channel.deliver(leased.mail)
        faults.at("outbox.after_hand_over")
        at = now()
        state = database.write(
            lambda session, one=identity, h=handover, at=at: record_attempt(session, programme, one, owner, h, at=at)  # type: ignore[misc] # bound now
        )
        faults.at("outbox.after_record")
        done.note(leased, handover, state)
        if stopped := why_stop(done.troubles):
            return done.summary(stopped)
    return done.summary(None)


def _why_not_go_on(
    at: datetime, calendar: Calendar, is_sole: Callable[[], bool], is_stopping: Callable[[], bool]
) -> StopReason | None:
    if not is_sole():
        return StopReason.LOCK_LOST
    if is_stopping():
        return StopReason.ASKED_TO_STOP
    return None if calendar.is_in_window(at) else StopReason.WINDOW_CLOSED


def has_due(session: Session, programme: str, *, at: datetime) -> bool:
    """Tell whether anything would go now: the window is open and a message is due."""
    if not ProgrammeView(session, programme, at=at).calendar.is_in_window(at):
        return False
    return bool(outbox.list_due(session, programme, at=at, limit=1))


def _lease(
    session: Session, identity: int, owner: str, sender: str, lease: timedelta, *, at: datetime
) -> _Leased | None:
    """Take the message and set the mark that only success or a certain refusal clears."""
    message = outbox.get_locked(session, identity)
    if message.state not in outbox.WAITING or message.due_at > at:
        return None
    is_certain = message.intent_at is None
    if is_certain and _may_be_old(session, message, at=at) and _is_overtaken_by_facts(session, message, at=at):
        message.state, message.why_not = MessageState.SKIPPED, why_not.PASSED
        session.add(message)
        for row in notices.list_of_message(session, identity):
            notices.settle(session, row, NoticeState.SKIPPED, why_not=why_not.PASSED, at=at)
        refresh_messages(ProgrammeView(session, message.programme, at=at), [message])
        note_act(session, message, "message.skip", at=at, details={})
        return None
    message.is_doubtful = message.is_doubtful or message.intent_at is not None
    message.state = MessageState.SENDING
    message.attempts += 1
    message.lease_owner = owner
    message.leased_until = until = clock.now() + lease
    message.intent_at = at
    session.add(message)
    note_act(session, message, "message.lease", at=at, details={"attempt": message.attempts, "dispatcher": owner})
    return _Leased(identity, message.key, message.attempts, until, _as_mail(session, message, sender))


def _may_be_old(session: Session, message: OutboxMessageRow, *, at: datetime) -> bool:
    """Tell whether its text was made some time ago, or facts came in since all texts were made."""
    return message.attempts > 0 or not programmes.is_planned(programmes.get_row(session, message.programme), at=at)


def _is_overtaken_by_facts(session: Session, message: OutboxMessageRow, *, at: datetime) -> bool:
    """Tell whether nothing that a message would say is true any more; it certainly did not go before."""
    rows = [row for row in notices.list_of_message(session, message.id or 0) if row.rung is not Rung.MENTION]
    asked = [row.subject for row in rows if row.kind is NoticeKind.REQUEST]
    told = {row.subject for row in rows if row.kind is NoticeKind.SIGNAL}
    if (
        not rows
        or len(asked) + len(told) < len(rows)
        or any(row.rung in (Rung.TAKEN_OVER, Rung.PASSED_ON, Rung.SOLVED) for row in rows)
    ):
        return False
    view = ProgrammeView(session, message.programme, at=at)
    is_asking = any(
        request.code in asked and request.state_at(at) is RequestState.OPEN for request in list_requests(view)
    )
    return not is_asking and not signals.read_at(session, message.programme, at=at, ids=told or {""})


def _as_mail(session: Session, message: OutboxMessageRow, sender: str) -> EmailMessage | Handover:
    """Return the mail; what cannot stand in one is refused here, or it would keep all others waiting for ever."""
    try:
        mail = compose(
            message_id=message.message_id,
            sender=sender,
            recipient=message.recipient,
            subject=message.subject,
            text=message.text,
            html=message.html,
            references=tuple(message.thread),
            date=max(message.promised_at, at_time(message.slot_on, WINDOW_OPENS)),
        )
    except ValueError as error:
        return Handover(outcome=Outcome.REFUSED, code=INVALID, detail=str(error))
    attach(mail, attachments.list_of_message(session, message.id or 0))
    return mail

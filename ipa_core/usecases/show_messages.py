"""Show every notice, sent or not, each unsent one with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.channels.handover import JOURNAL, Outcome
from ipa_core.errors import UnknownState
from ipa_core.reports import why_not
from ipa_core.reports.message_lines import MessageLine
from ipa_core.store import notices, outbox
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.store.outbox import MessageState, OutboxMessageRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ipa_core.usecases.views import ProgrammeView


STATES = frozenset({*NoticeState, *MessageState} - {NoticeState.PROMISED})
"""Every state that a notice can be shown in."""

WAITING_FOR = {
    NoticeState.PLANNED.value: why_not.NOT_YET,
    MessageState.QUEUED.value: why_not.NEXT_WINDOW,
    MessageState.RETRYING.value: why_not.TRIED_AGAIN,
    MessageState.SENDING.value: why_not.BEING_SENT,
}
"""Why something that will go has not gone yet."""

KNOWN = {Outcome.UNCERTAIN.value: why_not.NO_ANSWER, Outcome.HANDED_OVER.value: why_not.ACCEPTED}
"""What a try tells about a message in doubt; after any other it certainly did not go."""


def show_messages(view: ProgrammeView, *, state: str | None = None) -> list[MessageLine]:
    """Return the notices as they stood at the view's moment, by planned day; those in one state when it is named.

    Every notice that did not go has its reason. An unknown state raises UnknownState.
    """
    if state is not None and state not in STATES:
        raise UnknownState(state, tuple(sorted(STATES)))
    rows = notices.list_all(view.session, view.code, known_at=view.at)
    sent = outbox.get_many(view.session, {row.message for row in rows if row.message is not None})
    doubts = {one: _what_is_known(view, message) for one, message in sent.items() if message.is_doubtful}
    lines = [_line(row, sent.get(row.message or 0), doubts, view.at) for row in rows]
    return [line for line in lines if state is None or line.state == state]


def _what_is_known(view: ProgrammeView, message: OutboxMessageRow) -> str:
    """Return what came of each try that left doubt, and of the last one."""
    tries: dict[int, str] = {
        number: why_not.BROKE_OFF.format(number=number) for number in range(1, message.attempts + 1)
    }
    for row in outbox.list_attempts(view.session, message.id or 0):
        if row.code == JOURNAL:
            tries[row.number] = why_not.IN_JOURNAL
        elif row.outcome in KNOWN:
            tries[row.number] = KNOWN[row.outcome].format(number=row.number)
        else:
            tries.pop(row.number)  # It certainly did not go.
    return ", ".join(tries.values())


def _line(row: NoticeRow, message: OutboxMessageRow | None, doubts: Mapping[int, str], at: datetime) -> MessageLine:
    is_settled = row.settled_at is None or row.settled_at <= at
    told = message if message is not None and is_settled else None
    state = _state(row, told, at) if is_settled else NoticeState.PLANNED.value
    reason_not = (row.why_not or (told.why_not if told else "")) if is_settled else ""
    return MessageLine(
        programme=row.programme,
        key=row.key,
        kind=row.kind.value,
        rung=row.rung.value,
        reason=row.reason,
        recipient=row.recipient,
        ministry=row.organisation,
        subject=told.subject if told else "",
        state=state,
        planned_on=row.planned_on,
        handed_over_at=told.handed_over_at if told and _has_gone(told, at) else None,
        attempts=told.attempts if told else 0,
        is_doubtful=told.is_doubtful if told else False,
        why_not=reason_not or WAITING_FOR.get(state, ""),
        signals=(row.subject,) if row.kind is NoticeKind.SIGNAL else (),
        about=row.subject,
        message=told.key if told else "",
        message_id=told.message_id if told else "",
        due_at=told.due_at if told and told.state in outbox.WAITING else None,
        doubt=doubts.get(told.id or 0, "") if told else "",
    )


def _state(row: NoticeRow, message: OutboxMessageRow | None, at: datetime) -> str:
    if row.state is not NoticeState.PROMISED or message is None:
        return row.state.value
    if message.state is MessageState.HANDED_OVER and not _has_gone(message, at):
        return MessageState.QUEUED.value
    if message.bounced_at is not None and at < message.bounced_at:
        return (MessageState.HANDED_OVER if _has_gone(message, at) else MessageState.QUEUED).value
    return message.state.value


def _has_gone(message: OutboxMessageRow, at: datetime) -> bool:
    return message.handed_over_at is not None and message.handed_over_at <= at

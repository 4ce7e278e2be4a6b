"""Take in what mail servers returned: a message that failed after all is dead, one that is delayed is noted."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ipa_core.domain.bounces import BounceAction
from ipa_core.intake.bounces import read_bounce
from ipa_core.reports import why_not
from ipa_core.store import outbox, programmes
from ipa_core.store.outbox import AttemptRow, MessageState
from ipa_core.usecases.attempts import all_attempted
from ipa_core.usecases.follow_signals import follow_escalations
from ipa_core.usecases.record_attempt import note_act
from ipa_core.usecases.refresh_expectations import refresh_messages, refresh_organisations
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.domain.bounces import Bounce
    from ipa_core.domain.return_addresses import ReturnAddress
    from ipa_core.sources.bounce_folder import BounceFolder
    from ipa_core.store.database import Database
    from ipa_core.store.outbox import OutboxMessageRow

log = logging.getLogger(__name__)

MAY_HAVE_GONE = (MessageState.HANDED_OVER, MessageState.RETRYING)
"""The states of a message that can come back; one that waits for another try went once without an answer."""


def collect_bounces(
    database: Database, source: BounceFolder, *, returns: ReturnAddress, programme: str | None, at: datetime
) -> None:
    """Read each mail that came back and mark it as read.

    Mail about another programme than the one that was named waits, and so does mail about a message that is being
    handed over at this moment. A crash in between leaves the mail: a message that is dead already stays so.
    """
    with all_attempted() as attempts:
        for path in source.list_waiting():
            with attempts.part("bounces"):
                content = source.fetch(path)
                if content is None:
                    continue
                bounce = read_bounce(content, returns)
                if bounce is None or database.write(
                    lambda session, one=bounce: record_bounce(session, one, programme=programme, at=at)  # type: ignore[misc] # bound now
                ):
                    source.settle(path)


def record_bounce(session: Session, bounce: Bounce, *, programme: str | None, at: datetime) -> bool:
    """Write down what came back; tell whether there is nothing left to do about it."""
    found = outbox.find_by_mark(session, bounce.mark)
    if found is None:
        return True
    if programme not in (None, found.programme):
        return False
    row = programmes.get_row(session, found.programme, is_locked=True)
    message = outbox.get_locked(session, found.id or 0)
    if message.state is MessageState.SENDING:
        return False
    note_act(
        session, message, "message.bounce", at=at, details={"action": bounce.action.value, "status": bounce.status}
    )
    if bounce.action is BounceAction.FAILED and message.state in MAY_HAVE_GONE:
        _die(session, message, bounce, at=at)
        log.error("message:%s came back: %s", message.id, bounce.status)
        programmes.note_write(session, row, at=at, is_news=True)
    return True


def _die(session: Session, message: OutboxMessageRow, bounce: Bounce, *, at: datetime) -> None:
    message.state, message.bounced_at, message.intent_at = MessageState.DEAD, at, None
    message.why_not = why_not.BOUNCED.format(code=bounce.status or bounce.action.value)
    session.add(message)
    session.add(
        AttemptRow(
            message=message.id or 0,
            number=message.attempts,
            at=at,
            outcome="bounced",
            code=bounce.status or bounce.action.value,
        )
    )
    session.flush()
    view = ProgrammeView(session, message.programme, at=at)
    refresh_messages(view, [message])
    refresh_organisations(view, since=at)
    follow_escalations(view, message.id or 0)

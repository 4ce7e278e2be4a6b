"""Who above the ministries was told about which signals, and when it was handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import Session, col, select

from ipa_core.domain.episodes import Escalation
from ipa_core.domain.ladders import ABOVE_MINISTRY, Rung
from ipa_core.store.bulk import in_batches
from ipa_core.store.notices import NoticeKind, NoticeRow
from ipa_core.store.outbox import OutboxMessageRow
from ipa_core.store.signals import SignalRow

if TYPE_CHECKING:
    from collections.abc import Collection


def list_escalated(session: Session, message: int) -> set[str]:
    """Return the owners (dossiers, requests or groups) of the signals about which one message is an escalation."""
    statement = (
        select(func.coalesce(SignalRow.dossier, NoticeRow.subject))
        .select_from(NoticeRow)
        .join(SignalRow, col(SignalRow.id) == col(NoticeRow.subject), isouter=True)
        .where(col(NoticeRow.message) == message, col(NoticeRow.rung).in_(ABOVE_MINISTRY))
    )
    return set(session.exec(statement))


def list_escalated_requests(session: Session, programme: str, requests: Collection[str]) -> set[str]:
    """Return those of these requests of which a message escalates that they are unanswered."""
    found: set[str] = set()
    for batch in in_batches(requests):
        statement = select(NoticeRow.subject).where(
            col(NoticeRow.programme) == programme,
            col(NoticeRow.kind) == NoticeKind.REQUEST,
            col(NoticeRow.subject).in_(batch),
            col(NoticeRow.rung) == Rung.ESCALATION,
            col(NoticeRow.message).is_not(None),
        )
        found.update(session.exec(statement))
    return found


def list_escalations(session: Session, programme: str, subjects: Collection[str]) -> dict[str, list[Escalation]]:
    """Return the escalations about these signals and requests that were handed over, with those that came back."""
    message = OutboxMessageRow
    found: dict[str, list[Escalation]] = {}
    for batch in in_batches(subjects):
        statement = (
            select(NoticeRow.subject, message.handed_over_at, message.bounced_at)
            .join(message, col(message.id) == col(NoticeRow.message))
            .where(
                col(NoticeRow.programme) == programme,
                col(NoticeRow.kind).in_((NoticeKind.REQUEST, NoticeKind.SIGNAL)),
                col(NoticeRow.subject).in_(batch),
                col(NoticeRow.rung).in_(ABOVE_MINISTRY),
                col(message.handed_over_at).is_not(None),
            )
        )
        for subject, went_at, returned_at in session.exec(statement.order_by(col(NoticeRow.id))):
            if went_at is not None:
                found.setdefault(subject, []).append(Escalation(at=went_at, returned_at=returned_at))
    return found

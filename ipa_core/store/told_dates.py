"""Which due date of a request did the messages name that went, to whom?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_
from sqlmodel import Session, col, select

from ipa_core.domain.ladders import Rung
from ipa_core.store.bulk import in_batches
from ipa_core.store.notices import NoticeKind, NoticeRow
from ipa_core.store.outbox import WAITING, OutboxMessageRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


def list_told_dates(
    session: Session, programme: str, requests: Collection[str], *, untaken: Collection[int | None]
) -> dict[str, list[tuple[str, date | None]]]:
    """Return by request who was told which due date, in the order of the messages; None is the day it opened with.

    Messages that no server took yet tell nothing: they may become others. Nor do those that came back.
    """
    message = OutboxMessageRow
    found: dict[str, list[tuple[str, date | None]]] = {}
    for batch in in_batches(requests):
        statement = (
            select(NoticeRow)
            .join(message, col(message.id) == col(NoticeRow.message))
            .where(
                col(NoticeRow.programme) == programme,
                col(NoticeRow.kind) == NoticeKind.REQUEST,
                col(NoticeRow.subject).in_(batch),
                col(NoticeRow.rung) != Rung.PASSED_ON,
                or_(col(message.handed_over_at).is_not(None), col(message.state).in_(WAITING)),
                col(message.bounced_at).is_(None),
            )
            .order_by(col(message.id))
        )
        for row in session.exec(statement):
            if row.message not in untaken:
                found.setdefault(row.subject, []).append((row.recipient, row.due_on))
    return found

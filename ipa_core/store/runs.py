"""The runs that the schedule started and that are done: appended, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.runs import ScheduledRun
from ipa_core.store.bulk import values_of
from ipa_core.store.types import UtcDateTime


class ScheduledRunRow(SQLModel, table=True):
    """One run for one slot; `next_slot_at` is what the schedule said when it was done."""

    __tablename__ = "scheduled_run"

    programme: str = Field(foreign_key="programme.code", primary_key=True)
    kind: str = Field(primary_key=True)
    slot_at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    completed_at: datetime = Field(sa_type=UtcDateTime)
    next_slot_at: datetime = Field(sa_type=UtcDateTime)


def append(session: Session, programme: str, run: ScheduledRun) -> bool:
    """Append the run, and tell whether it was not there yet."""
    if session.get(ScheduledRunRow, (programme, run.kind, run.slot_at)) is not None:
        return False
    session.add(ScheduledRunRow(**values_of(run, programme=programme)))
    session.flush()
    return True


def newest(session: Session, programme: str, kind: str) -> ScheduledRun | None:
    """Return the run for the latest slot, if there is any."""
    rows = select(ScheduledRunRow).where(col(ScheduledRunRow.programme) == programme, col(ScheduledRunRow.kind) == kind)
    row = session.exec(rows.order_by(col(ScheduledRunRow.slot_at).desc()).limit(1)).first()
    if row is None:
        return None
    return ScheduledRun(
        kind=row.kind, slot_at=row.slot_at, completed_at=row.completed_at, next_slot_at=row.next_slot_at
    )

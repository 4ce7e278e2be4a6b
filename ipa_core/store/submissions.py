"""What arrived, byte for byte, and the submissions that were read from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.reports.receipts import Outcome
from ipa_core.store.types import Json, UtcDateTime, enum_column


class ReceivedFileRow(SQLModel, table=True):
    """A file as it came in. `outcome` is empty between keeping and reading it."""

    __tablename__ = "received_file"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(max_length=64)
    name: str
    content: bytes
    received_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: Outcome | None = Field(default=None, sa_column=enum_column(Outcome, nullable=True))
    receipt: dict[str, Any] | None = Field(default=None, sa_type=Json)


class SubmissionRow(SQLModel, table=True):
    """What one organisation sent for one round."""

    __tablename__ = "submission"

    id: str = Field(primary_key=True)
    programme: str = Field(foreign_key="programme.code", index=True)
    file_id: int = Field(foreign_key="received_file.id")
    round: str
    organisation: str
    submitted_by: str = ""
    effective_on: date
    recorded_at: datetime = Field(sa_type=UtcDateTime)


def find_file(session: Session, sha256: str, *, is_locked: bool = False) -> ReceivedFileRow | None:
    """Return the file with these bytes, if it came in before; locked for a decision if asked for."""
    statement = select(ReceivedFileRow).where(col(ReceivedFileRow.sha256) == sha256)
    return session.exec(statement.with_for_update() if is_locked else statement).first()

"""Agenda items that a person released, word for word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.store.types import JsonList, UtcDateTime


class AgendaRow(SQLModel, table=True):
    """A released agenda item; `about` names what it asked about, so that a later one can say that it comes back."""

    __tablename__ = "agenda_item"

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code", index=True)
    released_at: datetime = Field(sa_type=UtcDateTime)
    released_by: str
    about: tuple[Any, ...] = Field(sa_type=JsonList)
    text: str


def list_released(session: Session, programme: str, *, at: datetime) -> list[AgendaRow]:
    """Return what was released by the instant, oldest first."""
    statement = select(AgendaRow).where(col(AgendaRow.programme) == programme, col(AgendaRow.released_at) <= at)
    return list(session.exec(statement.order_by(col(AgendaRow.seq))))

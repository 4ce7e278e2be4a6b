"""The files that go along with promised messages, kept byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.attachments import Attachment, AttachmentKind
from ipa_core.store.types import enum_column

if TYPE_CHECKING:
    from collections.abc import Sequence


class AttachmentRow(SQLModel, table=True):
    """One file of one message, in the order in which the reader sees them."""

    __tablename__ = "attachment"

    message: int = Field(foreign_key="outbox_message.id", primary_key=True)
    position: int = Field(primary_key=True)
    name: str
    kind: AttachmentKind = Field(sa_column=enum_column(AttachmentKind))
    content: bytes


def list_of_message(session: Session, message: int) -> tuple[Attachment, ...]:
    """Return the files of a message, in order."""
    return tuple(Attachment(name=row.name, kind=row.kind, content=row.content) for row in _rows(session, message))


def replace(session: Session, message: int, wanted: Sequence[Attachment]) -> None:
    """Let the message have exactly these files; one that has them already is left alone."""
    if list_of_message(session, message) == tuple(wanted):
        return
    for row in _rows(session, message):
        session.delete(row)
    session.flush()
    for position, one in enumerate(wanted):
        session.add(
            AttachmentRow(message=message, position=position, name=one.name, kind=one.kind, content=one.content)
        )


def _rows(session: Session, message: int) -> list[AttachmentRow]:
    statement = select(AttachmentRow).where(col(AttachmentRow.message) == message)
    return list(session.exec(statement.order_by(col(AttachmentRow.position))))

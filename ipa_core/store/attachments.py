"""The files that go along with promised messages, kept byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from sqlmodel import Field, Session, SQLModel

from ipa_core.domain.attachments import Attachment, AttachmentKind
from ipa_core.store.bulk import in_batches, table_of
from ipa_core.store.types import enum_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class AttachmentRow(SQLModel, table=True):
    """One file of one message, in the order in which the reader sees them."""

    __tablename__ = "attachment"

    message: int = Field(foreign_key="outbox_message.id", primary_key=True)
    position: int = Field(primary_key=True)
    name: str
    kind: AttachmentKind = Field(sa_column=enum_column(AttachmentKind))
    content: bytes


_rows = table_of(AttachmentRow)


def list_of_message(session: Session, message: int) -> tuple[Attachment, ...]:
    """Return the files of a message, in order."""
    return _list_of(session, [message]).get(message, ())


def replace(session: Session, wanted: Mapping[int, tuple[Attachment, ...]]) -> None:
    """Let each of these messages have exactly these files; one that has them already is left alone."""
    standing = _list_of(session, wanted)
    others = {message: files for message, files in wanted.items() if standing.get(message, ()) != files}
    for batch in in_batches(message for message in others if message in standing):
        session.execute(delete(_rows).where(_rows.c.message.in_(batch)))
    values = [
        {"message": message, "position": position, "name": one.name, "kind": one.kind, "content": one.content}
        for message, files in others.items()
        for position, one in enumerate(files)
    ]
    if values:
        session.execute(insert(_rows), values)


def _list_of(session: Session, messages: Iterable[int]) -> dict[int, tuple[Attachment, ...]]:
    found: dict[int, list[Attachment]] = {}
    for batch in in_batches(messages):
        statement = select(_rows).where(_rows.c.message.in_(batch)).order_by(_rows.c.message, _rows.c.position)
        for row in session.execute(statement):
            found.setdefault(row.message, []).append(Attachment(name=row.name, kind=row.kind, content=row.content))
    return {message: tuple(files) for message, files in found.items()}

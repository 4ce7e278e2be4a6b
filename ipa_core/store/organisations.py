"""Organisations, their contacts, and who carries which dossier: versions, and who is on duty on a day."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Index, select
from sqlmodel import Field, Session, SQLModel

from ipa_core.domain.directories import DirectoryHistory
from ipa_core.domain.organisations import Contact, Organisation, Responsibility, Role, Share
from ipa_core.store.bulk import table_of
from ipa_core.store.types import JsonList, UtcDateTime, enum_column
from ipa_core.store.versions import append_changed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.store.bulk import Rows
    from ipa_core.store.versions import Appended

TermT = TypeVar("TermT", Organisation, Contact, Responsibility)


class OrganisationRow(SQLModel, table=True):
    """One version of an organisation."""

    __tablename__ = "organisation"

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    code: str
    name: str
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[Any, ...] = Field(default=(), sa_type=JsonList)
    source: str = ""


class ContactRow(SQLModel, table=True):
    """One version of a contact: personal data, in a table of its own."""

    __tablename__ = "contact"

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    organisation: str
    name: str
    email: str
    role: Role = Field(sa_column=enum_column(Role))
    valid_from: date | None = None
    valid_to: date | None = None
    channel: str = ""


class ResponsibilityRow(SQLModel, table=True):
    """One version of who carries a dossier."""

    __tablename__ = "responsibility"
    __table_args__ = (Index("ix_responsibility_programme_dossier", "programme", "dossier"),)

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code")
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    dossier: str
    share: Share = Field(sa_column=enum_column(Share))
    organisation: str
    valid_from: date | None = None
    valid_to: date | None = None


def append_organisations(session: Session, programme: str, rows: Rows) -> Appended:
    """Append the organisations that are new or changed."""
    return append_changed(session, table_of(OrganisationRow), rows, programme=programme, key=("code",))


def append_contacts(session: Session, programme: str, rows: Rows) -> Appended:
    """Append the contacts that are new or changed."""
    key = ("organisation", "role", "email")
    return append_changed(session, table_of(ContactRow), rows, programme=programme, key=key)


def append_responsibilities(session: Session, programme: str, rows: Rows) -> Appended:
    """Append the responsibilities that are new or changed."""
    key = ("dossier", "share", "organisation", "valid_from")
    return append_changed(session, table_of(ResponsibilityRow), rows, programme=programme, key=key)


def list_codes(session: Session, programme: str) -> list[str]:
    """Return the codes of all organisations that ever were in the register, each once."""
    columns = table_of(OrganisationRow).c
    return list(session.execute(select(columns.code).where(columns.programme == programme).distinct()).scalars())


def get_directory_history(session: Session, programme: str) -> DirectoryHistory:
    """Return every version of organisations, contacts and responsibilities, in the order in which they came."""
    return DirectoryHistory(
        organisations=tuple(_versions(session, OrganisationRow, Organisation, programme)),
        contacts=tuple(_versions(session, ContactRow, Contact, programme)),
        responsibilities=tuple(_versions(session, ResponsibilityRow, Responsibility, programme)),
    )


def _versions(
    session: Session, kept: type[SQLModel], kind: type[TermT], programme: str
) -> Iterator[tuple[datetime, TermT]]:
    columns = table_of(kept).c
    names = [field.name for field in fields(kind)]
    statement = select(columns.recorded_at, *(columns[name] for name in names)).where(columns.programme == programme)
    for recorded_at, *values in session.execute(statement.order_by(columns.seq)):
        yield recorded_at, kind(**dict(zip(names, values, strict=True)))

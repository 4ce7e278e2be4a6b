"""Organisations, their contacts, and who carries which dossier: versions, and who is on duty on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.organisations import Contact, Organisation, Responsibility, Role, Share
from ipa_core.store.types import JsonList, UtcDateTime, enum_column
from ipa_core.store.versions import newest_known


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

    seq: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.code", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    dossier: str
    share: Share = Field(sa_column=enum_column(Share))
    organisation: str
    valid_from: date | None = None
    valid_to: date | None = None


ORGANISATION_KEY = ("code",)
CONTACT_KEY = ("organisation", "role", "email")
RESPONSIBILITY_KEY = ("dossier", "share", "organisation", "valid_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Who is who, as known at one instant."""

    organisations: dict[str, Organisation]
    contacts: tuple[Contact, ...]
    responsibilities: dict[str, tuple[Responsibility, ...]]


def get_directory(session: Session, programme: str, *, known_at: datetime) -> Directory:
    """Return organisations, contacts and responsibilities as known at the instant, valid or not."""
    organisations = _known(session, OrganisationRow, programme, known_at, ORGANISATION_KEY)
    contacts = _known(session, ContactRow, programme, known_at, CONTACT_KEY)
    by_dossier: dict[str, list[Responsibility]] = {}
    for row in _known(session, ResponsibilityRow, programme, known_at, RESPONSIBILITY_KEY):
        by_dossier.setdefault(row.dossier, []).append(
            Responsibility(
                dossier=row.dossier,
                share=row.share,
                organisation=row.organisation,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
        )
    return Directory(
        organisations={
            row.code: Organisation(
                code=row.code,
                name=row.name,
                kind=row.kind,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                successors=tuple(row.successors),
                source=row.source,
            )
            for row in organisations
        },
        contacts=tuple(
            Contact(
                organisation=row.organisation,
                name=row.name,
                email=row.email,
                role=row.role,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                channel=row.channel,
            )
            for row in contacts
        ),
        responsibilities={code: tuple(rows) for code, rows in by_dossier.items()},
    )


def _known(
    session: Session,
    table: Any,  # noqa: ANN401 - one of the tables above
    programme: str,
    known_at: datetime,
    key: tuple[str, ...],
) -> list[Any]:
    rows = session.exec(
        select(table)
        .where(col(table.programme) == programme, col(table.recorded_at) <= known_at)
        .order_by(col(table.seq))
    )
    return newest_known(rows, key=key)

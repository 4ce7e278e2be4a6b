"""Who is responsible on a day, and whom do we write to?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class Role(StrEnum):
    """What a contact does."""

    MAIN = "main"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"
    TEAM = "team"
    PROJECT_LEAD = "project_lead"
    AANJAGER = "aanjager"
    STEERING_GROUP = "steering_group"
    BEHEERDER = "beheerder"


IPA_ROLES = frozenset({Role.TEAM, Role.PROJECT_LEAD, Role.AANJAGER})
"""Who speaks for IPA: verifies, accepts, and notes what the cabinet decided."""


class Share(StrEnum):
    """How an organisation carries a dossier."""

    LEAD = "lead"
    CO_LEAD = "co_lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A ministry or project; `valid_to` is inclusive, None means always."""

    code: str
    name: str
    kind: str = "ministry"
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A mailbox in a role; `channel` is an optional Apprise address."""

    organisation: str
    name: str
    email: str
    role: Role
    valid_from: date | None = None
    valid_to: date | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """Who carries a dossier, from and to."""

    dossier: str
    share: Share
    organisation: str
    valid_from: date | None = None
    valid_to: date | None = None


def is_valid_on(term: Organisation | Contact | Responsibility, on: date) -> bool:
    """Tell whether the term holds on the day; both ends are inclusive."""
    return (term.valid_from is None or term.valid_from <= on) and (term.valid_to is None or on <= term.valid_to)


def present_holder(code: str, organisations: Mapping[str, Organisation], on: date) -> str | None:
    """Follow first successors from an ended organisation to the one that lives on the day; None if the line ends."""
    seen: set[str] = set()
    while (organisation := organisations.get(code)) is not None and code not in seen:
        if organisation.valid_to is None or on <= organisation.valid_to:
            return code
        if not organisation.successors:
            return None
        seen.add(code)
        code = organisation.successors[0]
    return None


def holders_on(
    share: Share,
    listed: Iterable[str],
    responsibilities: Iterable[Responsibility],
    organisations: Mapping[str, Organisation],
    on: date,
) -> tuple[str, ...]:
    """Return who holds this share of a dossier on the day.

    `listed` is what the register row of the dossier says; `responsibilities` are the rows of this dossier. Rows for
    the share take the place of what is listed. An ended organisation is replaced by its first successor.
    """
    rows = [row for row in responsibilities if row.share is share]
    codes = [row.organisation for row in rows if is_valid_on(row, on)] if rows else list(listed)
    present = (present_holder(code, organisations, on) for code in codes)
    return tuple(dict.fromkeys(code for code in present if code is not None))

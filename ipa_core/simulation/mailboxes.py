"""Who is on duty in a simulated life: main contacts leave, and others take their place."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

_HEADING = ("organisation", "name", "email", "role", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A contact of the programme, as in its folder."""

    organisation: str
    email: str
    role: str
    valid_from: date | None = None
    valid_to: date | None = None


def replaced_main(mailboxes: Sequence[Mailbox], ministry: str, *, on: date, turn: int) -> list[Mailbox]:
    """Return the mailboxes after the main contact of a ministry made place for another on a day."""
    ends = on - timedelta(days=1)
    after = [
        replace(one, valid_to=ends) if (one.organisation, one.role, one.valid_to) == (ministry, "main", None) else one
        for one in mailboxes
    ]
    email = f"{ministry.lower()}-main-{turn}@ministerie.example"
    new = Mailbox(organisation=ministry, email=email, role="main", valid_from=on)
    return [*after, new]


def write_mailboxes(folder: Path, mailboxes: Iterable[Mailbox]) -> None:
    """Write who is on duty into the folder of a programme, in place of what stood there."""
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([_HEADING, *(_row(one) for one in mailboxes)])


def _row(one: Mailbox) -> tuple[str, ...]:
    return (
        *(one.organisation, one.email.partition("@")[0], one.email, one.role),
        *(_day(one.valid_from), _day(one.valid_to)),
    )


def _day(on: date | None) -> str:
    return on.isoformat() if on is not None else ""

"""Who is on duty in a simulated life: main contacts go on holiday, or leave, and others take their place."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

_ONE_DAY = timedelta(days=1)
_HEADING = ("organisation", "name", "email", "role", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A contact of the programme, as in its folder."""

    organisation: str
    email: str
    role: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_there_on(self, day: date) -> bool:
        """Somebody reads it on a day, and nobody knows yet that this ends."""
        return self.valid_to is None and (self.valid_from is None or self.valid_from <= day)


def replaced_main(mailboxes: Sequence[Mailbox], present: Mailbox, *, left_on: date, on: date) -> list[Mailbox]:
    """Return the mailboxes after a main contact left on a day, and another begins on a later one."""
    name = f"{present.organisation.lower()}-main-{len(mailboxes)}@ministerie.example"
    after = replace(present, email=name, valid_from=on)
    return [*_with(mailboxes, present, replace(present, valid_to=left_on - _ONE_DAY)), after]


def absent_main(mailboxes: Sequence[Mailbox], present: Mailbox, *, until: date) -> list[Mailbox]:
    """Return the mailboxes while a main contact is away up to and including a day."""
    return _with(mailboxes, present, replace(present, valid_from=until + _ONE_DAY))


def write_mailboxes(folder: Path, mailboxes: Iterable[Mailbox]) -> None:
    """Write who is on duty into the folder of a programme, in place of what stood there."""
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([_HEADING, *(_row(one) for one in mailboxes)])


def _with(mailboxes: Sequence[Mailbox], before: Mailbox, after: Mailbox) -> list[Mailbox]:
    return [after if one == before else one for one in mailboxes]


def _row(one: Mailbox) -> tuple[str, ...]:
    return (
        *(one.organisation, one.email.partition("@")[0], one.email, one.role),
        *(_day(one.valid_from), _day(one.valid_to)),
    )


def _day(on: date | None) -> str:
    return on.isoformat() if on is not None else ""

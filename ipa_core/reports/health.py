"""What does a look at the whole system find? One finding per check that is well, one per thing that is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Mark(StrEnum):
    """How bad it is: only what is wrong keeps the monitor from doing its work."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"


class Check(StrEnum):
    """What was looked at, in the order in which it is shown."""

    PYTHON = "python"
    HOME = "home"
    SECRETS = "secrets"
    DATABASE = "database"
    AUDIT = "audit"
    PROGRAMME = "programme"
    CALENDAR = "calendar"
    CONTACTS = "contacts"
    RUNS = "runs"
    MESSAGES = "messages"
    MAIL = "mail"
    SCHEDULES = "schedules"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: `code` names the text of this check, `values` fill it in."""

    check: Check
    mark: Mark
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    programme: str | None = None


def good(check: Check, code: str = "good", *, programme: str | None = None, **values: object) -> Finding:
    """Return that this is as it should be."""
    return Finding(check=check, mark=Mark.GOOD, code=code, values=values, programme=programme)


def warning(check: Check, code: str, *, programme: str | None = None, **values: object) -> Finding:
    """Return that somebody should look at this; the monitor works."""
    return Finding(check=check, mark=Mark.WARNING, code=code, values=values, programme=programme)


def wrong(check: Check, code: str, *, programme: str | None = None, **values: object) -> Finding:
    """Return that the monitor cannot do (all of) its work like this."""
    return Finding(check=check, mark=Mark.WRONG, code=code, values=values, programme=programme)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by check; within one check the order in which they were found stays."""
    order = list(Check)
    return sorted(findings, key=lambda finding: order.index(finding.check))


def is_anything_wrong(findings: Iterable[Finding]) -> bool:
    """Tell whether something is wrong; warnings do not count."""
    return any(finding.mark is Mark.WRONG for finding in findings)

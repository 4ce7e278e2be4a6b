"""Which period does a round ask about, and on which day does it open by itself?"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ipa_core.domain.calendars import Calendar
from ipa_core.errors import UnknownPeriod


class Cadence(StrEnum):
    """How often a programme asks; `manual` means that only a person opens a round."""

    YEARLY = "yearly"
    HALF_YEARLY = "half_yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a round asks about: `2026`, `2026-H1`, `2026-Q4` or `2026-10`, from `first` up to and including `last`."""

    code: str
    first: date
    last: date


_MONTHS = {Cadence.YEARLY: 12, Cadence.HALF_YEARLY: 6, Cadence.QUARTERLY: 3, Cadence.MONTHLY: 1}

_CODE = re.compile(r"([1-9][0-9]{3})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


def parse_period(code: str) -> Period:
    """Read the code of a period, whatever the cadence of the programme.

    Raises:
        UnknownPeriod: when it is not one of the four forms.

    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise UnknownPeriod(code)
    year, half, quarter, month = match.groups()
    if half:
        return _period(int(year), int(half), Cadence.HALF_YEARLY)
    if quarter:
        return _period(int(year), int(quarter), Cadence.QUARTERLY)
    if month:
        return _period(int(year), int(month), Cadence.MONTHLY)
    return _period(int(year), 1, Cadence.YEARLY)


def latest_period_before(cadence: Cadence, on: date) -> Period | None:
    """Return the latest period of this cadence that is over on `on`; None when the cadence is manual."""
    if cadence is Cadence.MANUAL:
        return None
    current = (on.month - 1) // _MONTHS[cadence] + 1
    if current == 1:
        return _period(on.year - 1, 12 // _MONTHS[cadence], cadence)
    return _period(on.year, current - 1, cadence)


def opening_day(period: Period, calendar: Calendar, opens_after: int) -> date:
    """Return the `opens_after`-th working day after the period; below 1 raises ValueError."""
    if opens_after < 1:
        raise ValueError(opens_after)
    return calendar.add_working_days(period.last, opens_after)


def latest_due_period(cadence: Cadence, calendar: Calendar, opens_after: int, on: date) -> Period | None:
    """Return the latest period whose opening day is not later than `on`; None when the cadence is manual."""
    period = latest_period_before(cadence, on)
    while period is not None and opening_day(period, calendar, opens_after) > on:
        period = latest_period_before(cadence, period.first)
    return period


def _period(year: int, number: int, cadence: Cadence) -> Period:
    length = _MONTHS[cadence]
    last_month = number * length
    return Period(
        code=_code(year, number, cadence),
        first=date(year, last_month - length + 1, 1),
        last=date(year, last_month, monthrange(year, last_month)[1]),
    )


def _code(year: int, number: int, cadence: Cadence) -> str:
    forms = {
        Cadence.YEARLY: f"{year}",
        Cadence.HALF_YEARLY: f"{year}-H{number}",
        Cadence.QUARTERLY: f"{year}-Q{number}",
        Cadence.MONTHLY: f"{year}-{number:02d}",
    }
    return forms[cadence]

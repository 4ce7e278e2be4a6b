"""Which days count? Working days, the terms counted in them, and the window in which messages may go."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

import pendulum

from ipa_core.domain.moments import AMSTERDAM, as_utc, at_time
from ipa_core.errors import CalendarRangeError

WINDOW_OPENS = 9  # o'clock in Amsterdam
WINDOW_CLOSES = 17

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_CACHED_TERMS = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDay:
    """A day on which nobody is expected to work: a legal holiday or a programme's own closed day.

    `is_verified` is False for a closed day of which nobody has checked the source yet; it counts all the same.
    """

    on: date
    name: str
    is_verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working days from `first` up to and including `last`, laid out once so that each question is a look-up.

    A day outside `first`..`last`, asked or answered, raises CalendarRangeError. A count below 0 raises ValueError.
    """

    version: int
    free_days: tuple[FreeDay, ...]
    first: date
    last: date
    _offset: int = field(init=False, repr=False, compare=False)
    # The working days in order, and for each day how many of them lie before it (one entry more than there are days).
    _working_days: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _before: "array[int]" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out the table; `first` after `last` raises ValueError."""
        if self.first > self.last:
            raise ValueError(self.first, self.last)
        days = range(self.first.toordinal(), self.last.toordinal() + 1)
        working_days, before = _lay_out(days, (free.on for free in self.free_days))
        object.__setattr__(self, "_offset", days.start)
        object.__setattr__(self, "_working_days", working_days)
        object.__setattr__(self, "_before", before)

    def with_free_days(self, added: Mapping[date, FreeDay]) -> "Calendar":
        """Return this calendar with more free days; itself when there are none to add."""
        free_days = {free.on: free for free in self.free_days} | dict(added)
        if len(free_days) == len(self.free_days):
            return self
        return Calendar(
            version=self.version,
            free_days=tuple(free_days[on] for on in sorted(free_days)),
            first=self.first,
            last=self.last,
        )

    def is_working_day(self, on: date) -> bool:
        """Tell whether `on` is a Monday to Friday that is not a free day."""
        index = self._index(on)
        return self._before[index] != self._before[index + 1]

    def roll_forward(self, on: date) -> date:
        """Return `on` itself, or the next working day if it is free."""
        return self._working_day(self._before[self._index(on)], on, 0)

    def roll_back(self, on: date) -> date:
        """Return `on` itself, or the working day before it if it is free."""
        return self._working_day(self._before[self._index(on) + 1] - 1, on, 0)

    def add_working_days(self, on: date, n: int) -> date:
        """Return the n-th working day strictly after `on`; for 0, `on` rolled forward."""
        _refuse_negative(n)
        if n == 0:
            return self.roll_forward(on)
        return self._working_day(self._before[self._index(on) + 1] + n - 1, on, n)

    def subtract_working_days(self, on: date, n: int) -> date:
        """Return the n-th working day strictly before `on`; for 0, `on` rolled back."""
        _refuse_negative(n)
        if n == 0:
            return self.roll_back(on)
        return self._working_day(self._before[self._index(on)] - n, on, -n)

    def first_day_beyond(self, on: date, n: int) -> date:
        """Return the calendar day after the n-th working day after `on`: the day "within n working days" breaks.

        It may be a free day.
        """
        return self.add_working_days(on, n) + _ONE_DAY

    def working_days_between(self, after: date, until: date) -> int:
        """Return the number of working days d with `after` < d <= `until`; 0 when `until` is the earlier one."""
        return max(0, self._before[self._index(until) + 1] - self._before[self._index(after) + 1])

    def add_calendar_days(self, on: date, n: int) -> date:
        """Return the day n calendar days later, rolled forward if it is free."""
        _refuse_negative(n)
        if n > (self.last - on).days:
            raise CalendarRangeError(on, n, self.first, self.last)
        return self.roll_forward(on + timedelta(days=n))

    def add_years(self, on: date, n: int) -> date:
        """Return the same day n years later, rolled forward if it is free; 29 February becomes 28 when it must."""
        _refuse_negative(n)
        if n > self.last.year - on.year:
            raise CalendarRangeError(on, n, self.first, self.last)
        return self.roll_forward(years_later(on, n))

    def first_working_day_of_week(self, on: date) -> date:
        """Return the first working day of the ISO week of `on`; of the next week when this one has none."""
        monday = self._index(on) - on.weekday()
        if monday < 0:
            raise CalendarRangeError(on, -on.weekday(), self.first, self.last)
        return self._working_day(self._before[monday], on, -on.weekday())

    def next_week_begin(self, on: date) -> date:
        """Return the first day from `on` that is the first working day of its ISO week: what is weekly goes then."""
        begin = self.first_working_day_of_week(on)
        return begin if begin >= on else self.first_working_day_of_week(on + timedelta(days=7))

    def is_in_window(self, at: datetime) -> bool:
        """Tell whether messages may go: a working day, from 09:00 up to but not including 17:00 in Amsterdam."""
        local = as_utc(at).astimezone(AMSTERDAM)
        return WINDOW_OPENS <= local.hour < WINDOW_CLOSES and self.is_working_day(local.date())

    def next_window(self, at: datetime) -> datetime:
        """Return `at` itself (in UTC) when it is in the window, else the next 09:00 in Amsterdam on a working day."""
        if self.is_in_window(at):
            return as_utc(at)
        local = as_utc(at).astimezone(AMSTERDAM)
        is_over = local.hour >= WINDOW_CLOSES
        return at_time(self.add_working_days(local.date(), 1 if is_over else 0), WINDOW_OPENS)

    def _index(self, on: date) -> int:
        index = on.toordinal() - self._offset
        if not 0 <= index < len(self._before) - 1:
            raise CalendarRangeError(on, 0, self.first, self.last)
        return index

    def _working_day(self, position: int, on: date, distance: int) -> date:
        if not 0 <= position < len(self._working_days):
            raise CalendarRangeError(on, distance, self.first, self.last)
        return self._working_days[position]


def _lay_out(days: range, free: Iterable[date]) -> "tuple[tuple[date, ...], array[int]]":
    free_ordinals = {on.toordinal() for on in free}
    # Ordinal 1 was a Monday.
    working = [day for day in days if (day - 1) % 7 < _SATURDAY and day not in free_ordinals]
    before = array("i")
    done = days.start
    for count, day in enumerate(working):
        before.extend([count] * (day + 1 - done))
        done = day + 1
    before.extend([len(working)] * (days.stop + 1 - done))
    return tuple(map(date.fromordinal, working)), before


def _refuse_negative(n: int) -> None:
    if n < 0:
        raise ValueError(n)


@lru_cache(maxsize=_CACHED_TERMS)
def years_later(on: date, n: int) -> date:
    """Return the same day n years later; 29 February becomes 28 when it must."""
    later = pendulum.date(on.year, on.month, on.day).add(years=n)
    return date(later.year, later.month, later.day)

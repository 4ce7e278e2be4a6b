"""Which day is it in Amsterdam? Instants are aware and in UTC, days are dates in Europe/Amsterdam.

zoneinfo does the conversions: it knows both nights on which the clock changes and is ten times faster than pendulum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from ipa_core.errors import UnknownMoment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

AS_OF_HOUR = 10  # A bare date as `--as-of` means this hour: the run of 07:00 and the bundle of 09:00 are behind it.

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
"""Known for as long as anybody looks back."""

_CACHED_DAYS = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Moment:
    """An instant together with the day it falls on; ordered by time."""

    at: datetime

    def __post_init__(self) -> None:
        """Normalise to UTC; a naive `at` raises ValueError."""
        object.__setattr__(self, "at", as_utc(self.at))

    @property
    def on(self) -> date:
        """The day in Europe/Amsterdam."""
        return day_of(self.at)

    @property
    def local(self) -> datetime:
        """The same instant on the clock of Europe/Amsterdam, aware."""
        return self.at.astimezone(AMSTERDAM)


def parse_moment(text: str) -> Moment:
    """Read `--as-of`: an ISO date (10:00 in Amsterdam that day) or an ISO instant with offset.

    Raises:
        UnknownMoment: when it is neither, or an instant without offset.

    """
    try:
        return Moment(at=_read_instant(text))
    except (ValueError, OverflowError) as error:
        raise UnknownMoment(text) from error


def _read_instant(text: str) -> datetime:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)
    return at_time(on, AS_OF_HOUR)


def as_utc(at: datetime) -> datetime:
    """Return the same instant as a plain datetime in UTC; a naive `at` raises ValueError."""
    if at.utcoffset() is None:
        raise ValueError(at)
    in_utc = at.astimezone(UTC)
    # A pendulum DateTime would hand on pendulum dates, which database drivers refuse.
    return in_utc if type(in_utc) is datetime else datetime.combine(in_utc, in_utc.time(), UTC)


def day_of(at: datetime) -> date:
    """Return the day in Europe/Amsterdam; a naive `at` raises ValueError."""
    return as_utc(at).astimezone(AMSTERDAM).date()


def terms(moments: Sequence[datetime]) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when until when nothing changes: from each instant to the next, and from the last without an end."""
    yield from pairwise(moments)
    if moments:
        yield moments[-1], None


def start_of_day(on: date) -> datetime:
    """Return 00:00 Europe/Amsterdam as an instant in UTC."""
    return at_time(on, 0)


@lru_cache(maxsize=_CACHED_DAYS)
def at_time(on: date, hour: int, minute: int = 0) -> datetime:
    """Return the wall time in Europe/Amsterdam as an instant in UTC.

    In the night the clock goes back an hour happens twice: the first one counts. In the night it goes forward 02:30
    does not exist: it is taken as half an hour after 02:00, which is 03:30 summer time.
    """
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC)

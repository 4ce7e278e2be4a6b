"""What time is it? The one reader of the machine's clock; everything else takes `now` or `as_of`."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Return the present as an aware instant in UTC, to the microsecond."""
    return datetime.now(UTC)


def going_on(at: datetime) -> Callable[[], datetime]:
    """Return a clock that begins at the moment and goes on by whole minutes: short work has one moment."""
    began = monotonic()
    return lambda: at + timedelta(minutes=(monotonic() - began) // 60)


def monotonic() -> float:
    """Return seconds that never run backwards, for leases' durations and timeouts within one process."""
    return time.monotonic()

"""What time is it? The one reader of the machine's clock; everything else takes `now` or `as_of`."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present as an aware instant in UTC, to the microsecond."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds that never run backwards, for leases' durations and timeouts within one process."""
    return time.monotonic()

"""How much faster is the calendar's table than a pendulum loop that walks day by day?

Run it with `python benchmarks/working_days.py` from the root of the repository. Only the ratio travels to
another machine.
"""

import sys
import timeit
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pendulum

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ipa_core.domain.calendars import Calendar, FreeDay
from ipa_core.intake.holidays import legal_free_days

TERM = 20
FRIDAY = 5
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


def main() -> None:
    """Measure both ways over the same questions and print the ratio."""
    free_days = legal_free_days(1990, 2099)
    calendar = build(free_days)
    free = {day.on for day in free_days}
    if [calendar.add_working_days(on, TERM) for on in DAYS] != [walk(on, TERM, free) for on in DAYS]:
        sys.exit("the table and the loop disagree")

    listing = best(lambda: legal_free_days(1990, 2099), questions=1)
    building = best(lambda: build(free_days), questions=1)
    table = best(lambda: [calendar.add_working_days(on, TERM) for on in DAYS], questions=len(DAYS))
    loop = best(lambda: [walk(on, TERM, free) for on in DAYS], questions=len(DAYS))

    write(f"listing the legal free days 1990-2099  {listing * 1e3:9.2f} ms")
    write(f"building the calendar 1990-2099        {building * 1e3:9.2f} ms")
    write(f"{TERM} working days on, table               {table * 1e6:9.2f} us")
    write(f"{TERM} working days on, pendulum loop       {loop * 1e6:9.2f} us")
    write(f"ratio loop / table                     {loop / table:9.0f}")


def build(free_days: tuple[FreeDay, ...]) -> Calendar:
    """Build the calendar of all years the engine knows."""
    return Calendar(version=1, free_days=free_days, first=date(1990, 1, 1), last=date(2099, 12, 31))


def walk(on: date, n: int, free: set[date]) -> date:
    """Pass n working days, one calendar day at a time."""
    day = pendulum.date(on.year, on.month, on.day)
    while n:
        day = day.add(days=1)
        if day.isoweekday() <= FRIDAY and day not in free:
            n -= 1
    return day


def best(work: Callable[[], object], *, questions: int) -> float:
    """Return the seconds per question in the fastest of five runs."""
    return min(timeit.repeat(work, number=1, repeat=5)) / questions


def write(line: str) -> None:
    """Print one line."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()

"""When is a message tried again, and when is it given up?"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.moments import AMSTERDAM, at_time
from ipa_core.domain.retries import next_attempt_at
from tests.builders import a_calendar

TUESDAY = date(2026, 10, 6)
NINE = at_time(TUESDAY, 9)


def walk(start: datetime) -> list[str]:
    """Return the local times of all attempts after one at `start`, when each fails at once."""
    found, at = [], start
    for attempts in range(1, 20):
        following = next_attempt_at(attempts, at=at, calendar=a_calendar())
        if following is None:
            break
        found.append(following.astimezone(AMSTERDAM).strftime("%m-%d %H:%M"))
        at = following
    return found


@pytest.mark.parametrize(
    ("start", "attempts"),
    [
        pytest.param(
            NINE,
            ["10-06 09:01", "10-06 09:06", "10-06 09:36", "10-06 11:36", "10-07 09:00", "10-08 09:00", "10-09 09:00"],
            id="from nine on a Tuesday",
        ),
        pytest.param(
            at_time(date(2026, 10, 9), 16, 58),
            ["10-09 16:59", "10-12 09:00", "10-12 09:30", "10-12 11:30", "10-13 09:00", "10-14 09:00", "10-15 09:00"],
            id="from the end of a Friday",
        ),
        pytest.param(
            at_time(date(2026, 4, 2), 12),
            ["04-02 12:01", "04-02 12:06", "04-02 12:36", "04-02 14:36", "04-07 09:00", "04-08 09:00", "04-09 09:00"],
            id="over Goede Vrijdag and Pasen",
        ),
    ],
)
def test_the_schedule_is_walked_to_its_end_inside_the_window(start: datetime, attempts: list[str]) -> None:
    assert walk(start) == attempts


@pytest.mark.parametrize(
    ("attempts", "again"),
    [
        pytest.param(6, at_time(date(2026, 10, 7), 9), id="the first morning"),
        pytest.param(7, at_time(date(2026, 10, 7), 9), id="the second morning"),
        pytest.param(8, None, id="the schedule is at its end"),
    ],
)
def test_a_message_is_given_up_at_the_end_of_the_schedule(attempts: int, again: datetime | None) -> None:
    assert next_attempt_at(attempts, at=NINE, calendar=a_calendar()) == again


@given(attempts=st.integers(1, 7), minutes=st.integers(0, 60 * 24 * 30))
def test_an_attempt_is_later_and_inside_the_window(attempts: int, minutes: int) -> None:
    at = NINE + timedelta(minutes=minutes)

    following = next_attempt_at(attempts, at=at, calendar=a_calendar())

    assert following is not None
    assert following > at
    assert a_calendar().is_in_window(following)

"""In which hours may messages go?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.moments import AMSTERDAM
from tests.builders import a_calendar

CALENDAR = a_calendar(date(2026, 5, 15))


def amsterdam(text: str) -> datetime:
    """Read a wall time in Amsterdam."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@given(st.datetimes(datetime(2020, 6, 1), datetime(2029, 6, 1), timezones=st.just(UTC)))
def test_the_next_window_is_the_first_instant_from_now_that_is_in_one(at: datetime) -> None:
    following = CALENDAR.next_window(at)

    assert following.tzinfo is UTC
    assert CALENDAR.is_in_window(following)
    assert (following == at) == CALENDAR.is_in_window(at)
    assert not any(CALENDAR.is_in_window(passed) for passed in half_hours(at, following))


def half_hours(start: datetime, end: datetime) -> list[datetime]:
    """List the half hours from `start` up to but not including `end`."""
    return [start + timedelta(minutes=30 * n) for n in range((end - start) // timedelta(minutes=30))]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        pytest.param("2026-10-01T08:59:59.999999", "2026-10-01T09:00", id="just before nine waits for nine"),
        pytest.param("2026-10-01T09:00", "2026-10-01T09:00", id="nine is in"),
        pytest.param("2026-10-01T16:59:59.999999", "2026-10-01T16:59:59.999999", id="just before five is in"),
        pytest.param("2026-10-01T17:00", "2026-10-02T09:00", id="five is out"),
        pytest.param("2026-10-02T17:00", "2026-10-05T09:00", id="Friday evening waits for Monday"),
        pytest.param("2026-10-03T12:00", "2026-10-05T09:00", id="Saturday noon waits for Monday"),
        pytest.param("2026-10-05T00:00", "2026-10-05T09:00", id="midnight waits for the morning"),
        pytest.param("2026-05-13T18:00", "2026-05-18T09:00", id="over Hemelvaart and the closed day"),
        pytest.param("2026-05-05T10:00", "2026-05-06T09:00", id="Bevrijdingsdag"),
        pytest.param("2026-03-27T17:00", "2026-03-30T09:00", id="over the night the clock goes forward"),
        pytest.param("2026-03-29T10:00", "2026-03-30T09:00", id="on the Sunday it goes forward"),
        pytest.param("2026-10-23T17:00", "2026-10-26T09:00", id="over the night the clock goes back"),
        pytest.param("2026-10-25T02:30", "2026-10-26T09:00", id="in the hour that happens twice"),
    ],
)
def test_a_message_goes_on_a_working_day_between_nine_and_five(now: str, opens: str) -> None:
    assert CALENDAR.next_window(amsterdam(now)) == amsterdam(opens)
    assert CALENDAR.is_in_window(amsterdam(now)) == (now == opens)


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        pytest.param(datetime(2026, 3, 27, 7, 59, tzinfo=UTC), False, id="winter time opens at eight UTC"),
        pytest.param(datetime(2026, 3, 27, 8, tzinfo=UTC), True, id="winter time is open at eight UTC"),
        pytest.param(datetime(2026, 3, 27, 15, 59, tzinfo=UTC), True, id="winter time is open before four UTC"),
        pytest.param(datetime(2026, 3, 30, 7, tzinfo=UTC), True, id="summer time is open at seven UTC"),
        pytest.param(datetime(2026, 3, 30, 15, tzinfo=UTC), False, id="summer time closes at three UTC"),
        pytest.param(datetime(2026, 10, 26, 7, tzinfo=UTC), False, id="winter time again: closed at seven UTC"),
    ],
)
def test_the_window_follows_the_clock_on_the_wall(at: datetime, is_in: bool) -> None:
    assert CALENDAR.is_in_window(at) is is_in


@pytest.mark.parametrize("hour", [3, 12, 21])
def test_a_time_without_offset_has_no_window(hour: int) -> None:
    naive = datetime(2026, 10, 1, hour)

    with pytest.raises(ValueError, match="2026"):
        CALENDAR.next_window(naive)
    with pytest.raises(ValueError, match="2026"):
        CALENDAR.is_in_window(naive)

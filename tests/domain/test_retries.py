"""When is a message tried again, and when is it given up?"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ipa_core.domain.moments import AMSTERDAM, at_time, day_of
from ipa_core.domain.retries import DELAYS, DOUBTFUL_TRIES, JITTER, PROBES, Trouble, Try, plan_retry
from tests.builders import a_calendar

TUESDAY = date(2026, 10, 6)
NINE = at_time(TUESDAY, 9)
KEY = "bundle:2026-10-06:szw-main@ministerie.example"
CHANNEL, MESSAGE, DOUBT = Trouble.CHANNEL, Trouble.MESSAGE, Trouble.DOUBT


def plan(*tries: tuple[datetime, Trouble], key: str = KEY, is_channel_working: bool = True) -> datetime | None:
    made = [Try(at=at, trouble=trouble) for at, trouble in tries]
    return plan_retry(made, key=key, within=3, is_channel_working=is_channel_working, calendar=a_calendar())


def walk(start: datetime, trouble: Trouble = MESSAGE, *, is_channel_working: bool = True, most: int = 20) -> list[str]:
    """Return the local times of all attempts after one at `start`, when each fails at once."""
    tries, found = [(start, trouble)], []
    while len(found) < most:
        following = plan(*tries, is_channel_working=is_channel_working)
        if following is None:
            break
        found.append(following.astimezone(AMSTERDAM).strftime("%m-%d %H:%M"))
        tries.append((following, trouble))
    return found


@pytest.mark.parametrize(
    ("start", "attempts"),
    [
        pytest.param(
            NINE,
            ["10-06 09:00", "10-06 09:05", "10-06 09:34", "10-06 11:23", "10-07 09:00", "10-08 09:00", "10-09 09:00"],
            id="from nine on a Tuesday: 72 hours",
        ),
        pytest.param(
            at_time(date(2026, 10, 9), 16, 58),
            ["10-09 16:58", "10-12 09:00", "10-12 09:29", "10-12 11:18", "10-13 09:00", "10-14 09:00"],
            id="from the end of a Friday the third working day comes before the schedule is at its end",
        ),
        pytest.param(
            at_time(date(2026, 4, 2), 12),
            ["04-02 12:00", "04-02 12:05", "04-02 12:34", "04-02 14:23", "04-07 09:00", "04-08 09:00", "04-09 09:00"],
            id="Goede Vrijdag and Pasen take no morning away",
        ),
    ],
)
def test_a_message_that_is_put_off_is_tried_by_the_schedule_for_three_working_days(
    start: datetime, attempts: list[str]
) -> None:
    assert walk(start) == attempts


def test_no_message_is_given_up_while_nothing_goes_at_all() -> None:
    attempts = walk(NINE, is_channel_working=False, most=12)

    assert [attempt[:5] for attempt in attempts[6:]] == ["10-09", "10-12", "10-13", "10-14", "10-15", "10-16"]


def test_trouble_of_the_channel_never_counts_against_a_message() -> None:
    start = at_time(date(2026, 10, 5), 9)
    outage = [(start + timedelta(days=day, minutes=30 * n), CHANNEL) for day in range(4) for n in range(12)]

    assert walk(start, CHANNEL, most=3) == ["10-05 09:00", "10-05 09:05", "10-05 09:34"]
    following = plan(*outage)
    assert following is not None
    assert PROBES[-1] * (1 - JITTER) < following - outage[-1][0] <= PROBES[-1]
    after = plan(*outage, (at_time(date(2026, 10, 9), 9), MESSAGE))
    assert after is not None
    assert day_of(after) == date(2026, 10, 9)


@pytest.mark.parametrize("is_channel_working", [True, False])
def test_what_was_sent_without_an_answer_goes_once_more_and_no_third_time(*, is_channel_working: bool) -> None:
    assert walk(NINE, DOUBT, is_channel_working=is_channel_working, most=3) == ["10-06 09:27"]


def test_a_doubt_stays_one_when_other_trouble_comes_between() -> None:
    assert plan((NINE, DOUBT), (NINE, CHANNEL), (NINE, MESSAGE), (NINE, DOUBT), is_channel_working=False) is None


@given(
    key=st.text(max_size=20),
    minutes=st.integers(0, 60 * 24 * 30),
    troubles=st.lists(st.sampled_from(list(Trouble)), min_size=1, max_size=9),
)
def test_an_attempt_is_later_and_inside_the_window_and_hardly_earlier_than_the_schedule_says(
    key: str, minutes: int, troubles: list[Trouble]
) -> None:
    at = NINE + timedelta(minutes=minutes)
    assume(troubles.count(Trouble.DOUBT) < DOUBTFUL_TRIES)
    tries = [(at, trouble) for trouble in troubles]

    following = plan(*tries, key=key, is_channel_working=False)

    assert following is not None
    assert following > at
    assert a_calendar().is_in_window(following)
    assert following == plan(*tries, key=key, is_channel_working=False)
    mornings = [at_time(a_calendar().add_working_days(day_of(at) - timedelta(days=1), n), 9) for n in (1, 2)]
    assert following in mornings or any(delay * (1 - JITTER) < following - at <= delay for delay in DELAYS)


def test_messages_that_failed_together_come_back_spread_out() -> None:
    again = {plan((NINE, MESSAGE), (NINE, MESSAGE), (NINE, MESSAGE), key=f"bundle:{n}") for n in range(50)}

    assert len(again) > 25

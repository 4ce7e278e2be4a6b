"""Instants and days in Amsterdam, hour by hour through both nights on which the clock changes."""

from datetime import UTC, date, datetime, timedelta, timezone

import pendulum
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ipa_core import clock
from ipa_core.domain.moments import AMSTERDAM, Moment, as_utc, at_time, day_of, parse_moment, start_of_day, terms
from ipa_core.errors import UnknownMoment

ONE_HOUR = timedelta(hours=1)

SPRING_NIGHTS = [date(2023, 3, 26), date(2024, 3, 31), date(2025, 3, 30), date(2026, 3, 29), date(2027, 3, 28)]
AUTUMN_NIGHTS = [date(2023, 10, 29), date(2024, 10, 27), date(2025, 10, 26), date(2026, 10, 25), date(2027, 10, 31)]


def instants_of(on: date) -> list[datetime]:
    """List the whole hours of a day in Amsterdam, as instants."""
    end = start_of_day(on + timedelta(days=1))
    hours = [start_of_day(on)]
    while hours[-1] + ONE_HOUR < end:
        hours.append(hours[-1] + ONE_HOUR)
    return hours


@pytest.mark.parametrize("on", SPRING_NIGHTS)
def test_the_day_the_clock_goes_forward_has_23_hours_and_skips_two_o_clock(on: date) -> None:
    hours = instants_of(on)

    assert [Moment(at=at).local.hour for at in hours] == [0, 1, *range(3, 24)]
    assert {day_of(at) for at in hours} == {on}


@pytest.mark.parametrize("on", AUTUMN_NIGHTS)
def test_the_day_the_clock_goes_back_has_25_hours_and_sees_two_o_clock_twice(on: date) -> None:
    hours = instants_of(on)

    assert [Moment(at=at).local.hour for at in hours] == [0, 1, 2, 2, *range(3, 24)]
    assert {day_of(at) for at in hours} == {on}


@pytest.mark.parametrize("on", SPRING_NIGHTS + AUTUMN_NIGHTS)
def test_every_hour_of_the_days_around_a_change_falls_on_the_right_day(on: date) -> None:
    for day in (on - timedelta(days=1), on, on + timedelta(days=1)):
        start, end = start_of_day(day), start_of_day(day + timedelta(days=1))
        assert day_of(start) == day
        assert day_of(start - timedelta(microseconds=1)) == day - timedelta(days=1)
        assert day_of(end - timedelta(microseconds=1)) == day
        assert all(day_of(at) == day for at in instants_of(day))


@pytest.mark.parametrize(
    ("on", "starts_at"),
    [
        pytest.param(date(2026, 1, 1), datetime(2025, 12, 31, 23, tzinfo=UTC), id="winter"),
        pytest.param(date(2026, 7, 1), datetime(2026, 6, 30, 22, tzinfo=UTC), id="summer"),
        pytest.param(date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), id="the day summer time begins"),
        pytest.param(date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC), id="the day after"),
        pytest.param(date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), id="the day summer time ends"),
        pytest.param(date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC), id="the first day of winter time"),
        pytest.param(date(2024, 2, 29), datetime(2024, 2, 28, 23, tzinfo=UTC), id="leap day"),
    ],
)
def test_a_day_starts_at_midnight_in_amsterdam(on: date, starts_at: datetime) -> None:
    assert start_of_day(on) == starts_at
    assert start_of_day(on).tzinfo is UTC


@pytest.mark.parametrize(
    ("on", "hour", "minute", "at"),
    [
        pytest.param(date(2026, 3, 29), 1, 59, datetime(2026, 3, 29, 0, 59, tzinfo=UTC), id="just before the gap"),
        pytest.param(date(2026, 3, 29), 2, 30, datetime(2026, 3, 29, 1, 30, tzinfo=UTC), id="an hour that is skipped"),
        pytest.param(date(2026, 3, 29), 3, 0, datetime(2026, 3, 29, 1, tzinfo=UTC), id="just after the gap"),
        pytest.param(date(2026, 3, 29), 9, 0, datetime(2026, 3, 29, 7, tzinfo=UTC), id="nine on the spring day"),
        pytest.param(date(2026, 10, 25), 2, 30, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="the first of two"),
        pytest.param(date(2026, 10, 25), 3, 0, datetime(2026, 10, 25, 2, tzinfo=UTC), id="after the double hour"),
        pytest.param(date(2026, 10, 25), 9, 0, datetime(2026, 10, 25, 8, tzinfo=UTC), id="nine on the autumn day"),
    ],
)
def test_a_wall_time_is_one_instant_even_when_it_happens_twice_or_never(
    on: date, hour: int, minute: int, at: datetime
) -> None:
    assert at_time(on, hour, minute) == at


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)))
def test_pendulum_agrees_on_the_day_and_its_start(at: datetime) -> None:
    local = pendulum.instance(at).in_timezone("Europe/Amsterdam")

    assert day_of(at) == date(local.year, local.month, local.day)
    assert start_of_day(day_of(at)) == local.start_of("day")
    assert start_of_day(day_of(at)) <= at < start_of_day(day_of(at) + timedelta(days=1))


def test_a_moment_is_kept_in_utc_and_equals_the_same_instant_elsewhere() -> None:
    in_tokyo = datetime(2026, 3, 29, 10, tzinfo=timezone(timedelta(hours=9)))

    moment = Moment(at=in_tokyo)

    assert moment == Moment(at=datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert (moment.at.tzinfo, moment.on) == (UTC, date(2026, 3, 29))
    assert moment.local.isoformat() == "2026-03-29T03:00:00+02:00"


def test_moments_are_ordered_by_time_through_the_double_hour() -> None:
    first = Moment(at=datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM))
    second = Moment(at=datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM, fold=1))

    assert first < second
    assert second.at - first.at == ONE_HOUR


def test_a_pendulum_instant_becomes_a_plain_one_with_a_plain_day() -> None:
    moment = Moment(at=pendulum.datetime(2026, 10, 25, 23, 30, tz="Europe/Amsterdam"))

    assert (type(moment.at), type(moment.on)) == (datetime, date)
    assert moment == Moment(at=datetime(2026, 10, 25, 22, 30, tzinfo=UTC))


def test_a_time_without_offset_is_refused_everywhere() -> None:
    naive = datetime(2026, 10, 1, 12)

    with pytest.raises(ValueError, match="2026"):
        Moment(at=naive)
    with pytest.raises(ValueError, match="2026"):
        day_of(naive)
    with pytest.raises(ValueError, match="2026"):
        as_utc(naive)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("2026-01-05", datetime(2026, 1, 5, 9, tzinfo=UTC), id="a date is ten o'clock in winter"),
        pytest.param("2026-07-06", datetime(2026, 7, 6, 8, tzinfo=UTC), id="and in summer"),
        pytest.param("2026-03-29", datetime(2026, 3, 29, 8, tzinfo=UTC), id="and on the day it changes"),
        pytest.param("2026-07-06T23:30:00Z", datetime(2026, 7, 6, 23, 30, tzinfo=UTC), id="an instant in UTC"),
        pytest.param("2026-07-06T09:00+02:00", datetime(2026, 7, 6, 7, tzinfo=UTC), id="an instant with offset"),
    ],
)
def test_as_of_is_read_as_a_date_or_an_instant(text: str, at: datetime) -> None:
    assert parse_moment(text) == Moment(at=at)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gisteren",
        "2026-02-30",
        "2026-07",
        "06-07-2026",
        "2026-07-06T09:00",
        " 2026-07-06",
        "0001-01-01T00:00+14:00",
    ],
)
def test_an_as_of_that_is_no_moment_is_refused_with_what_was_given(text: str) -> None:
    with pytest.raises(UnknownMoment) as refusal:
        parse_moment(text)

    assert refusal.value.args == (text,)


def test_the_machine_clock_is_in_utc_and_its_durations_never_run_backwards() -> None:
    at = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=AMSTERDAM)

    with time_machine.travel(at, tick=False):
        assert clock.now() == at.astimezone(UTC)
        assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


@pytest.mark.parametrize("days", [0, 1, 3])
def test_what_holds_from_an_instant_holds_until_the_next(days: int) -> None:
    moments = [start_of_day(date(2026, 3, 2 + day)) for day in range(days)]

    found = list(terms(moments))

    assert [begins for begins, _ in found] == moments
    assert [ends for _, ends in found] == [*moments[1:], *[None] * bool(days)]

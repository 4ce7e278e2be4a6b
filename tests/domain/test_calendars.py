"""Working days and terms, against known Dutch days and against a loop that walks day by day."""

import pickle
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.calendars import Calendar, FreeDay
from ipa_core.errors import CalendarRangeError
from ipa_core.intake.holidays import legal_free_days

ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2019, 1, 1), date(2030, 12, 31)

CALENDAR = Calendar(
    version=1,
    free_days=(
        *legal_free_days(2019, 2030),
        FreeDay(on=date(2026, 5, 15), name="Dag na Hemelvaartsdag"),
        FreeDay(on=date(2027, 5, 7), name="Dag na Hemelvaartsdag"),
    ),
    first=FIRST,
    last=LAST,
)
FREE = {free.on for free in CALENDAR.free_days}

# Far enough from both ends that no answer falls outside the calendar.
days = st.dates(date(2020, 6, 1), date(2029, 6, 1))
counts = st.integers(0, 300)


def is_working(on: date) -> bool:
    """Tell it the slow way."""
    return on.isoweekday() <= 5 and on not in FREE


def walk(on: date, n: int, step: timedelta) -> date:
    """Pass n working days, one calendar day at a time; with 0, walk on to a working day."""
    if n == 0:
        while not is_working(on):
            on += step
    for _ in range(n):
        on += step
        while not is_working(on):
            on += step
    return on


@given(days)
def test_a_day_is_a_working_day_exactly_when_the_loop_says_so(on: date) -> None:
    assert CALENDAR.is_working_day(on) == is_working(on)


@given(days, counts)
def test_counting_forward_gives_what_the_loop_gives(on: date, n: int) -> None:
    assert CALENDAR.add_working_days(on, n) == walk(on, n, ONE_DAY)
    assert CALENDAR.first_day_beyond(on, n) == walk(on, n, ONE_DAY) + ONE_DAY


@given(days, counts)
def test_counting_back_gives_what_the_loop_gives(on: date, n: int) -> None:
    assert CALENDAR.subtract_working_days(on, n) == walk(on, n, -ONE_DAY)


@given(days)
def test_rolling_stays_on_a_working_day_and_leaves_a_free_one(on: date) -> None:
    assert CALENDAR.roll_forward(on) == walk(on, 0, ONE_DAY)
    assert CALENDAR.roll_back(on) == walk(on, 0, -ONE_DAY)


@given(days, st.integers(-400, 400))
def test_the_days_between_are_counted_as_the_loop_counts_them(after: date, distance: int) -> None:
    until = after + timedelta(days=distance)

    counted = sum(is_working(after + timedelta(days=passed)) for passed in range(1, distance + 1))

    assert CALENDAR.working_days_between(after, until) == counted


@given(days, st.integers(1, 300))
def test_the_nth_working_day_after_a_day_lies_n_working_days_later(on: date, n: int) -> None:
    assert CALENDAR.working_days_between(on, CALENDAR.add_working_days(on, n)) == n


@given(days, counts)
def test_a_term_in_calendar_days_rolls_forward(on: date, n: int) -> None:
    assert CALENDAR.add_calendar_days(on, n) == walk(on + timedelta(days=n), 0, ONE_DAY)


@given(days)
def test_a_week_starts_on_its_first_working_day(on: date) -> None:
    monday = on - timedelta(days=on.isoweekday() - 1)

    assert CALENDAR.first_working_day_of_week(on) == walk(monday, 0, ONE_DAY)


@pytest.mark.parametrize(
    "on",
    [
        pytest.param(date(2020, 4, 10), id="Goede Vrijdag 2020"),
        pytest.param(date(2020, 4, 13), id="tweede paasdag 2020"),
        pytest.param(date(2020, 4, 27), id="Koningsdag 2020, a Monday"),
        pytest.param(date(2020, 5, 5), id="Bevrijdingsdag in a lustrum year"),
        pytest.param(date(2021, 4, 2), id="Goede Vrijdag 2021"),
        pytest.param(date(2021, 5, 5), id="Bevrijdingsdag 2021"),
        pytest.param(date(2021, 5, 13), id="Hemelvaartsdag 2021"),
        pytest.param(date(2022, 4, 15), id="Goede Vrijdag 2022"),
        pytest.param(date(2022, 6, 6), id="tweede pinksterdag 2022"),
        pytest.param(date(2022, 12, 26), id="tweede kerstdag 2022"),
        pytest.param(date(2023, 4, 7), id="Goede Vrijdag 2023"),
        pytest.param(date(2023, 4, 27), id="Koningsdag 2023"),
        pytest.param(date(2023, 5, 5), id="Bevrijdingsdag 2023"),
        pytest.param(date(2024, 1, 1), id="nieuwjaarsdag 2024"),
        pytest.param(date(2024, 3, 29), id="Goede Vrijdag 2024"),
        pytest.param(date(2024, 5, 9), id="Hemelvaartsdag 2024"),
        pytest.param(date(2025, 4, 18), id="Goede Vrijdag 2025"),
        pytest.param(date(2025, 4, 26), id="Koningsdag 2025, moved to a Saturday"),
        pytest.param(date(2025, 5, 5), id="Bevrijdingsdag 2025"),
        pytest.param(date(2025, 6, 9), id="tweede pinksterdag 2025"),
        pytest.param(date(2026, 4, 3), id="Goede Vrijdag 2026"),
        pytest.param(date(2026, 5, 5), id="Bevrijdingsdag 2026, no lustrum year"),
        pytest.param(date(2026, 5, 14), id="Hemelvaartsdag 2026"),
        pytest.param(date(2026, 5, 15), id="closed day of the programme"),
        pytest.param(date(2026, 12, 25), id="eerste kerstdag 2026"),
        pytest.param(date(2027, 3, 26), id="Goede Vrijdag 2027"),
        pytest.param(date(2027, 5, 7), id="closed day of the programme, 2027"),
        pytest.param(date(2026, 10, 3), id="Saturday"),
        pytest.param(date(2026, 10, 4), id="Sunday"),
    ],
)
def test_nobody_is_expected_to_work_on_a_free_day(on: date) -> None:
    assert not CALENDAR.is_working_day(on)


@pytest.mark.parametrize(
    "on",
    [
        pytest.param(date(2025, 4, 25), id="the Friday before a moved Koningsdag"),
        pytest.param(date(2025, 4, 28), id="the Monday after a moved Koningsdag"),
        pytest.param(date(2025, 5, 30), id="the day after Hemelvaart without royal decree"),
        pytest.param(date(2026, 5, 4), id="Dodenherdenking"),
        pytest.param(date(2026, 12, 31), id="Oudejaarsdag"),
        pytest.param(date(2022, 12, 27), id="kerst is not moved"),
        pytest.param(date(2024, 2, 29), id="leap day on a Thursday"),
    ],
)
def test_an_ordinary_weekday_is_a_working_day(on: date) -> None:
    assert CALENDAR.is_working_day(on)


@pytest.mark.parametrize(
    ("on", "n", "expected"),
    [
        pytest.param(date(2026, 5, 13), 1, date(2026, 5, 18), id="over Hemelvaart, the closed day and a weekend"),
        pytest.param(date(2026, 5, 13), 0, date(2026, 5, 13), id="nothing after a working day is that day"),
        pytest.param(date(2026, 5, 14), 0, date(2026, 5, 18), id="nothing after a free day rolls forward"),
        pytest.param(date(2026, 5, 14), 1, date(2026, 5, 18), id="the first after a free day"),
        pytest.param(date(2025, 12, 24), 2, date(2025, 12, 30), id="over kerst"),
        pytest.param(date(2025, 12, 31), 1, date(2026, 1, 2), id="over nieuwjaar"),
        pytest.param(date(2026, 4, 2), 1, date(2026, 4, 7), id="over Pasen with Goede Vrijdag"),
    ],
)
def test_a_term_in_working_days_skips_the_free_ones(on: date, n: int, expected: date) -> None:
    assert CALENDAR.add_working_days(on, n) == expected


@pytest.mark.parametrize(
    ("on", "n", "expected"),
    [
        pytest.param(date(2026, 5, 18), 1, date(2026, 5, 13), id="over a weekend, the closed day and Hemelvaart"),
        pytest.param(date(2026, 5, 16), 0, date(2026, 5, 13), id="nothing before a free day rolls earlier"),
        pytest.param(date(2026, 1, 2), 1, date(2025, 12, 31), id="over nieuwjaar"),
        pytest.param(date(2026, 10, 9), 3, date(2026, 10, 6), id="within a week"),
    ],
)
def test_a_term_counted_back_skips_the_free_days(on: date, n: int, expected: date) -> None:
    assert CALENDAR.subtract_working_days(on, n) == expected


@pytest.mark.parametrize(
    ("on", "n", "expected"),
    [
        pytest.param(date(2026, 9, 30), 2, date(2026, 10, 3), id="on a Saturday, when the last good day is a Friday"),
        pytest.param(date(2026, 5, 12), 1, date(2026, 5, 14), id="on Hemelvaartsdag"),
        pytest.param(date(2026, 10, 5), 2, date(2026, 10, 8), id="on a working day"),
    ],
)
def test_within_n_working_days_breaks_on_the_very_next_day_even_a_free_one(on: date, n: int, expected: date) -> None:
    assert CALENDAR.first_day_beyond(on, n) == expected


@pytest.mark.parametrize(
    ("on", "n", "expected"),
    [
        pytest.param(date(2025, 10, 1), 1, date(2026, 10, 1), id="a working day stays"),
        pytest.param(date(2025, 5, 5), 1, date(2026, 5, 6), id="Bevrijdingsdag rolls forward"),
        pytest.param(date(2025, 5, 15), 1, date(2026, 5, 18), id="a closed day before a weekend rolls to Monday"),
        pytest.param(date(2024, 2, 29), 1, date(2025, 2, 28), id="29 February becomes 28, a Friday"),
        pytest.param(date(2020, 2, 29), 1, date(2021, 3, 1), id="29 February becomes 28, a Sunday, rolls to March"),
        pytest.param(date(2024, 2, 29), 4, date(2028, 2, 29), id="leap day to leap day"),
        pytest.param(date(2026, 10, 4), 0, date(2026, 10, 5), id="no years only rolls"),
    ],
)
def test_a_term_in_years_ends_on_the_same_day_rolled_forward(on: date, n: int, expected: date) -> None:
    assert CALENDAR.add_years(on, n) == expected
    assert type(CALENDAR.add_years(on, n)) is date


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 10, 8), date(2026, 10, 5), id="an ordinary week"),
        pytest.param(date(2026, 10, 11), date(2026, 10, 5), id="Sunday belongs to the week that ends"),
        pytest.param(date(2026, 4, 6), date(2026, 4, 7), id="tweede paasdag"),
        pytest.param(date(2026, 1, 1), date(2025, 12, 29), id="the week of nieuwjaar begins in the old year"),
    ],
)
def test_the_first_working_day_of_a_week(on: date, expected: date) -> None:
    assert CALENDAR.first_working_day_of_week(on) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 3, 9), date(2026, 3, 9), id="a Monday is one itself"),
        pytest.param(date(2026, 3, 10), date(2026, 3, 16), id="from Tuesday on it is the next Monday"),
        pytest.param(date(2026, 4, 1), date(2026, 4, 7), id="that Monday is tweede paasdag"),
        pytest.param(date(2026, 4, 6), date(2026, 4, 7), id="tweede paasdag itself"),
    ],
)
def test_the_next_day_that_begins_a_week(on: date, expected: date) -> None:
    assert CALENDAR.next_week_begin(on) == expected


@pytest.mark.parametrize("outside", [FIRST - ONE_DAY, LAST + ONE_DAY])
def test_a_day_outside_the_calendar_is_an_error_that_names_it(outside: date) -> None:
    with pytest.raises(CalendarRangeError) as refusal:
        CALENDAR.is_working_day(outside)

    assert (refusal.value.on, refusal.value.first, refusal.value.last) == (outside, FIRST, LAST)
    assert str(outside) in str(refusal.value)
    assert pickle.loads(pickle.dumps(refusal.value)).on == outside


@pytest.mark.parametrize(
    ("question", "on", "n", "distance"),
    [
        pytest.param(Calendar.add_working_days, LAST, 1, 1, id="a term that ends later"),
        pytest.param(Calendar.first_day_beyond, LAST, 2, 2, id="a longer one"),
        pytest.param(Calendar.subtract_working_days, date(2019, 1, 2), 1, -1, id="a term that begins earlier"),
        pytest.param(Calendar.subtract_working_days, date(2019, 1, 2), 3, -3, id="much earlier"),
        pytest.param(Calendar.add_years, LAST, 1, 1, id="the same day a year later"),
        pytest.param(Calendar.add_years, LAST, 10**6, 10**6, id="a million years later"),
        pytest.param(Calendar.add_calendar_days, LAST, 1, 1, id="the next day"),
        pytest.param(Calendar.add_calendar_days, LAST, 10**12, 10**12, id="a day that no date can name"),
        pytest.param(Calendar.add_working_days, LAST + ONE_DAY, 1, 0, id="counted from outside"),
    ],
)
def test_an_answer_outside_the_calendar_is_an_error_and_never_a_wrong_day(
    question: Callable[[Calendar, date, int], date], on: date, n: int, distance: int
) -> None:
    with pytest.raises(CalendarRangeError) as refusal:
        question(CALENDAR, on, n)

    assert refusal.value.args == (on, distance, FIRST, LAST)


@pytest.mark.parametrize(
    ("question", "on", "distance"),
    [
        pytest.param(Calendar.roll_back, date(2026, 10, 3), 0, id="nothing lies before the first weekend"),
        pytest.param(Calendar.roll_forward, date(2026, 10, 17), 0, id="nothing lies after the last"),
        pytest.param(Calendar.first_working_day_of_week, date(2026, 10, 4), -6, id="its week began before it"),
        pytest.param(Calendar.is_working_day, date(2026, 10, 19), 0, id="a day outside"),
    ],
)
def test_a_calendar_knows_nothing_before_its_first_day_and_after_its_last(
    question: Callable[[Calendar, date], object], on: date, distance: int
) -> None:
    two_weeks = Calendar(version=1, free_days=(), first=date(2026, 10, 3), last=date(2026, 10, 18))

    with pytest.raises(CalendarRangeError) as refusal:
        question(two_weeks, on)

    assert refusal.value.args == (on, distance, date(2026, 10, 3), date(2026, 10, 18))


def test_a_calendar_that_begins_on_a_monday_knows_its_first_week() -> None:
    from_monday = Calendar(version=1, free_days=(), first=date(2026, 10, 5), last=date(2026, 10, 18))

    assert from_monday.first_working_day_of_week(date(2026, 10, 8)) == date(2026, 10, 5)


def test_a_programme_adds_its_closed_days() -> None:
    friday, tuesday = FreeDay(on=date(2026, 10, 9), name="Heidag"), FreeDay(on=date(2026, 10, 6), name="Verhuizing")
    plain = Calendar(version=3, free_days=(friday,), first=date(2026, 10, 1), last=date(2026, 10, 31))

    added = plain.with_free_days({tuesday.on: tuesday})

    assert added == Calendar(version=3, free_days=(tuesday, friday), first=plain.first, last=plain.last)
    assert added.add_working_days(date(2026, 10, 5), 1) == date(2026, 10, 7)
    assert plain.add_working_days(date(2026, 10, 5), 1) == tuesday.on


def test_a_calendar_to_which_nothing_is_added_stays_itself() -> None:
    assert CALENDAR.with_free_days({}) is CALENDAR
    assert CALENDAR.with_free_days({free.on: free for free in CALENDAR.free_days[:2]}) is CALENDAR


def test_the_law_needs_no_verification() -> None:
    assert {free.is_verified for free in legal_free_days(2026, 2027)} == {True}


def test_a_count_below_nothing_is_refused() -> None:
    for count in (
        CALENDAR.add_working_days,
        CALENDAR.subtract_working_days,
        CALENDAR.first_day_beyond,
        CALENDAR.add_calendar_days,
        CALENDAR.add_years,
    ):
        with pytest.raises(ValueError, match="-1"):
            count(date(2026, 10, 1), -1)


def test_a_calendar_survives_the_way_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(CALENDAR)) == CALENDAR
    assert pickle.loads(pickle.dumps(CALENDAR)).add_working_days(FIRST, 1) == date(2019, 1, 2)


def test_a_calendar_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        Calendar(version=1, free_days=(), first=date(2026, 1, 2), last=date(2026, 1, 1))


def test_a_calendar_of_one_free_day_has_no_working_days() -> None:
    sunday = Calendar(version=1, free_days=(), first=date(2026, 10, 4), last=date(2026, 10, 4))

    assert not sunday.is_working_day(date(2026, 10, 4))
    assert sunday.working_days_between(date(2026, 10, 4), date(2026, 10, 4)) == 0
    with pytest.raises(CalendarRangeError):
        sunday.roll_forward(date(2026, 10, 4))

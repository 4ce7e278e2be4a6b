"""The codes of periods, and the day on which a round about one opens by itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.calendars import Calendar
from ipa_core.domain.periods import (
    Cadence,
    Period,
    latest_due_period,
    latest_period_before,
    opening_day,
    parse_period,
)
from ipa_core.errors import UnknownPeriod
from ipa_core.intake.holidays import legal_free_days

CALENDAR = Calendar(version=1, free_days=legal_free_days(2019, 2030), first=date(2019, 1, 1), last=date(2030, 12, 31))


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("9999-Q4", date(9999, 10, 1), date(9999, 12, 31)),
    ],
)
def test_a_code_names_a_period_from_its_first_to_its_last_day(code: str, first: date, last: date) -> None:
    assert parse_period(code) == Period(code=code, first=first, last=last)


@pytest.mark.parametrize(
    "code",
    [
        *("", "26", "0000", "2026-", "2026-1", "2026-13", "2026-00", "2026-H3", "2026-Q0", "2026-Q5", "2026-q4"),
        *("2026Q4", " 2026", "2026\n", "2026-Q4-1", "\u0662\u0660\u0662\u0666"),
    ],
)
def test_anything_else_is_no_period(code: str) -> None:
    with pytest.raises(UnknownPeriod) as refusal:
        parse_period(code)

    assert refusal.value.args == (code,)


@pytest.mark.parametrize(
    ("cadence", "on", "code"),
    [
        (Cadence.YEARLY, date(2026, 12, 31), "2025"),
        (Cadence.YEARLY, date(2027, 1, 1), "2026"),
        (Cadence.HALF_YEARLY, date(2026, 6, 30), "2025-H2"),
        (Cadence.HALF_YEARLY, date(2026, 7, 1), "2026-H1"),
        (Cadence.QUARTERLY, date(2026, 3, 31), "2025-Q4"),
        (Cadence.QUARTERLY, date(2026, 4, 1), "2026-Q1"),
        (Cadence.QUARTERLY, date(2026, 12, 31), "2026-Q3"),
        (Cadence.MONTHLY, date(2026, 1, 1), "2025-12"),
        (Cadence.MONTHLY, date(2026, 3, 31), "2026-02"),
    ],
)
def test_the_latest_period_is_the_last_one_that_is_over(cadence: Cadence, on: date, code: str) -> None:
    assert latest_period_before(cadence, on) == parse_period(code)


@given(st.sampled_from([c for c in Cadence if c is not Cadence.MANUAL]), st.dates(date(1990, 1, 1), date(2099, 1, 1)))
def test_periods_of_one_cadence_follow_each_other_without_a_gap(cadence: Cadence, on: date) -> None:
    latest = latest_period_before(cadence, on)
    assert latest is not None
    earlier = latest_period_before(cadence, latest.first)
    assert earlier is not None

    assert latest.last < on
    assert earlier.last + timedelta(days=1) == latest.first
    assert parse_period(latest.code) == latest
    assert latest_period_before(cadence, latest.last + timedelta(days=1)) == latest


@pytest.mark.parametrize(
    ("code", "opens_after", "opens"),
    [
        pytest.param("2025-Q4", 1, date(2026, 1, 2), id="the day after nieuwjaar"),
        pytest.param("2026-Q4", 1, date(2027, 1, 4), id="nieuwjaar on a Friday"),
        pytest.param("2026-Q1", 1, date(2026, 4, 1), id="a Wednesday"),
        pytest.param("2026-Q1", 3, date(2026, 4, 7), id="over Pasen"),
        pytest.param("2025", 5, date(2026, 1, 8), id="a year, a week later"),
    ],
)
def test_a_round_opens_on_a_working_day_after_its_period(code: str, opens_after: int, opens: date) -> None:
    assert opening_day(parse_period(code), CALENDAR, opens_after) == opens


def test_a_round_never_opens_before_its_period_is_over() -> None:
    with pytest.raises(ValueError, match="0"):
        opening_day(parse_period("2025-Q4"), CALENDAR, 0)


@pytest.mark.parametrize(
    ("cadence", "opens_after", "on", "code"),
    [
        pytest.param(Cadence.QUARTERLY, 1, date(2025, 12, 31), "2025-Q3", id="the last day of a quarter"),
        pytest.param(Cadence.QUARTERLY, 1, date(2026, 1, 1), "2025-Q3", id="over, but its day is free"),
        pytest.param(Cadence.QUARTERLY, 1, date(2026, 1, 2), "2025-Q4", id="its day has come"),
        pytest.param(Cadence.QUARTERLY, 1, date(2026, 3, 31), "2025-Q4", id="after a long silence only the latest"),
        pytest.param(Cadence.MONTHLY, 30, date(2026, 3, 2), "2025-12", id="a wait longer than a period"),
        pytest.param(Cadence.YEARLY, 1, date(2026, 6, 1), "2025", id="a year"),
    ],
)
def test_the_latest_round_whose_day_has_come_is_due(cadence: Cadence, opens_after: int, on: date, code: str) -> None:
    assert latest_due_period(cadence, CALENDAR, opens_after, on) == parse_period(code)


def test_a_manual_programme_opens_nothing_by_itself() -> None:
    assert latest_period_before(Cadence.MANUAL, date(2026, 1, 2)) is None
    assert latest_due_period(Cadence.MANUAL, CALENDAR, 1, date(2026, 1, 2)) is None

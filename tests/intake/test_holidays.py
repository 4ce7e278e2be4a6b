"""The legal holidays, whole years written out."""

from datetime import date

import pytest

from ipa_core.domain.calendars import FreeDay
from ipa_core.intake.holidays import legal_free_days


def test_a_year_without_lustrum_has_its_eleven_days_with_dutch_names() -> None:
    assert [(free.on.isoformat(), free.name) for free in legal_free_days(2026, 2026)] == [
        ("2026-01-01", "Nieuwjaarsdag"),
        ("2026-04-03", "Goede vrijdag"),
        ("2026-04-05", "Eerste paasdag"),
        ("2026-04-06", "Tweede paasdag"),
        ("2026-04-27", "Koningsdag"),
        ("2026-05-05", "Bevrijdingsdag"),
        ("2026-05-14", "Hemelvaartsdag"),
        ("2026-05-24", "Eerste pinksterdag"),
        ("2026-05-25", "Tweede pinksterdag"),
        ("2026-12-25", "Eerste kerstdag"),
        ("2026-12-26", "Tweede kerstdag"),
    ]


@pytest.mark.parametrize("year", range(1990, 2100))
def test_bevrijdingsdag_is_free_every_year_and_goede_vrijdag_is_a_friday(year: int) -> None:
    names = {free.on: free.name for free in legal_free_days(year, year)}

    assert "Bevrijdingsdag" in names[date(year, 5, 5)]
    assert [on.isoweekday() for on, name in names.items() if "Goede vrijdag" in name] == [5]


def test_koningsdag_moves_to_the_saturday_when_the_27th_is_a_sunday() -> None:
    free = {day.on: day.name for day in legal_free_days(2025, 2025)}

    assert free[date(2025, 4, 26)] == "Koningsdag"
    assert date(2025, 4, 27) not in free


def test_before_2014_it_was_koninginnedag() -> None:
    assert FreeDay(on=date(2013, 4, 30), name="Koninginnedag") in legal_free_days(2013, 2013)


def test_two_holidays_on_one_day_are_one_free_day() -> None:
    on_that_day = [free.name for free in legal_free_days(2016, 2016) if free.on == date(2016, 5, 5)]

    assert on_that_day == ["Bevrijdingsdag; Hemelvaartsdag"]


def test_days_come_in_order_and_only_once() -> None:
    days = [free.on for free in legal_free_days(1990, 2099)]

    assert days == sorted(set(days))
    assert {on.year for on in days} == set(range(1990, 2100))


def test_a_day_by_royal_decree_is_not_in_the_law() -> None:
    assert date(2026, 5, 15) not in {free.on for free in legal_free_days(2026, 2026)}

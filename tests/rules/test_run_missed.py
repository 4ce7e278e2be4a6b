"""M04: a run of the schedule did not come, or came too late."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.moments import at_time, day_of
from ipa_core.domain.runs import MONITOR, AwaitedRun
from ipa_core.rules.run_missed import RULE, Thresholds
from tests.builders import CRITICAL, a_calendar, a_policy

MONDAY = date(2026, 10, 5)
SLOT_AT = at_time(MONDAY, 7)
SECOND = timedelta(seconds=1)
NIGHT_WITHOUT_AN_HOUR, NIGHT_WITH_ONE_MORE = date(2026, 3, 29), date(2026, 10, 25)


def a_run(**changes: Any) -> AwaitedRun:
    return AwaitedRun(**{"kind": MONITOR, "slot_at": SLOT_AT, "found_at": at_time(MONDAY, 12), **changes})


def breaks_on(run: AwaitedRun, *, within: int = 1) -> list[date]:
    found = list(RULE.expect(run, Thresholds(within=within), a_calendar()))
    assert all(step.severity is CRITICAL for expectation in found for step in expectation.steps)
    return [step.on for expectation in found for step in expectation.steps]


@pytest.mark.parametrize(
    ("found_at", "is_missed"),
    [
        pytest.param(SLOT_AT, False, id="the moment itself"),
        pytest.param(at_time(MONDAY, 7, 5), False, id="minutes later"),
        pytest.param(at_time(MONDAY, 8), False, id="an hour later"),
        pytest.param(at_time(MONDAY, 8) + SECOND, True, id="more than an hour later"),
        pytest.param(at_time(date(2026, 10, 6), 7), True, id="the next day"),
    ],
)
def test_a_run_is_complete_within_an_hour_of_its_slot(found_at: datetime, *, is_missed: bool) -> None:
    assert breaks_on(a_run(found_at=found_at)) == ([MONDAY] if is_missed else [])


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        pytest.param(NIGHT_WITHOUT_AN_HOUR, 1, id="there is no 02:30"),
        pytest.param(NIGHT_WITH_ONE_MORE, 3, id="02:30 comes twice"),
    ],
)
def test_an_hour_is_an_hour_in_the_nights_on_which_the_clock_changes(night: date, hours: int) -> None:
    run = a_run(slot_at=at_time(night, 1, 30), found_at=at_time(night, 3, 30))

    assert breaks_on(run, within=hours) == []
    assert breaks_on(run, within=hours - 1) == [night]


def test_the_evidence_tells_which_slot_when_it_was_found_and_when_the_last_one_went_well() -> None:
    last_at = at_time(date(2026, 10, 2), 7, 4)

    (expectation,) = RULE.expect(a_run(last_at=last_at), a_policy().thresholds["M04"].values, a_calendar())
    (first,) = RULE.expect(a_run(), a_policy().thresholds["M04"].values, a_calendar())

    assert expectation.subject == Subject(kind=SubjectKind.RUN, code="run:monitor")
    assert [(item.name, item.value) for item in expectation.evidence] == [
        ("slot_at", "2026-10-05T05:00:00+00:00"),
        ("found_at", "2026-10-05T10:00:00+00:00"),
        ("last_at", "2026-10-02T05:04:00+00:00"),
    ]
    assert first.evidence == expectation.evidence[:2]


@given(
    slot_at=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(SLOT_AT.tzinfo)),
    late=st.timedeltas(timedelta(0), timedelta(days=400)),
    within=st.integers(0, 48),
)
def test_it_breaks_on_the_day_of_its_slot_however_late_it_is_found(
    slot_at: datetime, late: timedelta, within: int
) -> None:
    found = breaks_on(a_run(slot_at=slot_at, found_at=slot_at + late), within=within)

    assert found == ([day_of(slot_at)] if late > timedelta(hours=within) else [])

"""When does an expectation break, and how much does it weigh then?"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.expectations import Step, day_after, rising
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.severities import Severity
from tests.builders import CRITICAL, HIGH, LOW, MEDIUM, a_row, an_expectation

MARCH, APRIL, MAY = date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 4)
NOON = at_time(APRIL, 12)


def midnight(on: date) -> datetime:
    return start_of_day(on)


@pytest.mark.parametrize(
    ("held_from", "held_until", "breaks"),
    [
        pytest.param(
            MARCH, None, [(midnight(APRIL), MEDIUM), (midnight(MAY), HIGH)], id="each step breaks at its midnight"
        ),
        pytest.param(
            NOON, None, [(NOON, MEDIUM), (midnight(MAY), HIGH)], id="a step before it held opens with the row"
        ),
        pytest.param(
            at_time(MAY, 12), None, [(at_time(MAY, 12), HIGH)], id="of two steps before it the heaviest counts"
        ),
        pytest.param(APRIL, None, [(midnight(APRIL), MEDIUM), (midnight(MAY), HIGH)], id="known exactly as it breaks"),
        pytest.param(MARCH, midnight(APRIL), [], id="solved exactly as it would break"),
        pytest.param(
            MARCH, midnight(APRIL) + timedelta(minutes=1), [(midnight(APRIL), MEDIUM)], id="solved a minute later"
        ),
        pytest.param(MARCH, MAY, [(midnight(APRIL), MEDIUM)], id="the second step exactly at the end never breaks"),
        pytest.param(NOON, NOON, [], id="a row that never held"),
        pytest.param(MARCH, NOON, [(midnight(APRIL), MEDIUM)], id="solved on the day"),
    ],
)
def test_a_step_breaks_while_its_row_holds(
    held_from: date | datetime, held_until: date | datetime | None, breaks: list[tuple[datetime, Severity]]
) -> None:
    row = a_row((APRIL, MEDIUM), (MAY, HIGH), held_from=held_from, held_until=held_until)

    assert row.breaks() == breaks
    assert row.first_break() == (breaks[0][0] if breaks else None)


def test_a_day_begins_at_midnight_in_amsterdam_in_winter_and_in_summer() -> None:
    assert [Step(on, LOW).at.isoformat() for on in (date(2026, 3, 29), date(2026, 3, 30))] == [
        "2026-03-28T23:00:00+00:00",
        "2026-03-29T22:00:00+00:00",
    ]


def test_a_run_takes_only_what_no_run_took_before() -> None:
    row = a_row((APRIL, MEDIUM), (MAY, HIGH), held_from=MARCH)

    taken = [row._replace(applied_at=at).unapplied_breaks() for at in (None, midnight(APRIL), midnight(MAY))]

    assert taken == [[(midnight(APRIL), MEDIUM), (midnight(MAY), HIGH)], [(midnight(MAY), HIGH)], []]


@pytest.mark.parametrize(
    ("moment", "severity"),
    [
        (midnight(APRIL) - timedelta(seconds=1), None),
        (midnight(APRIL), MEDIUM),
        (midnight(MAY) - timedelta(seconds=1), MEDIUM),
        (midnight(MAY), HIGH),
    ],
)
def test_it_weighs_what_its_last_broken_step_weighs(moment: datetime, severity: Severity | None) -> None:
    assert a_row((APRIL, MEDIUM), (MAY, HIGH), held_from=MARCH).severity_at(moment) == severity


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        pytest.param([(MAY, HIGH), (APRIL, LOW)], [(APRIL, LOW), (MAY, HIGH)], id="sorted by day"),
        pytest.param([(APRIL, HIGH), (MAY, MEDIUM)], [(APRIL, HIGH)], id="a lighter step later says nothing"),
        pytest.param([(APRIL, HIGH), (MAY, HIGH)], [(APRIL, HIGH)], id="nor does an equal one"),
        pytest.param([(APRIL, LOW), (APRIL, HIGH)], [(APRIL, HIGH)], id="of one day the heaviest"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_steps_that_do_not_rise_are_left_out(
    steps: list[tuple[date, Severity]], kept: list[tuple[date, Severity]]
) -> None:
    assert [(step.on, step.severity) for step in rising(Step(on, weight) for on, weight in steps)] == kept


@pytest.mark.parametrize(
    ("shift", "steps"),
    [
        pytest.param(1, [(MARCH, MEDIUM), (APRIL, CRITICAL)], id="heavier, up to the end of the scale"),
        pytest.param(-1, [(MARCH, Severity.INFO), (APRIL, MEDIUM), (MAY, HIGH)], id="lighter"),
        pytest.param(-4, [(MARCH, Severity.INFO)], id="lighter, down to the end of the scale"),
        pytest.param(0, [(MARCH, LOW), (APRIL, HIGH), (MAY, CRITICAL)], id="as it was"),
    ],
)
def test_a_shifted_expectation_weighs_more_or_less_on_the_same_days(
    shift: int, steps: list[tuple[date, Severity]]
) -> None:
    expectation = an_expectation((MARCH, LOW), (APRIL, HIGH), (MAY, CRITICAL), evidence={"planned_on": MARCH})

    assert expectation.shifted(shift) == an_expectation(*steps, evidence={"planned_on": MARCH})


def test_the_day_after_the_last_day_of_february_is_1_march_or_the_29th() -> None:
    assert [day_after(date(2024, 2, 28)), day_after(date(2026, 2, 28))] == [date(2024, 2, 29), date(2026, 3, 1)]


days = st.integers(0, 40).map(lambda n: MARCH + timedelta(days=n))
steps = st.lists(st.tuples(days, st.sampled_from(list(Severity))), max_size=6)


@given(steps=steps, held_from=days, length=st.one_of(st.none(), st.integers(0, 30)))
def test_breaks_rise_in_time_and_weight_and_lie_in_the_row(
    steps: list[tuple[date, Severity]], held_from: date, length: int | None
) -> None:
    held_until = None if length is None else held_from + timedelta(days=length)
    row = a_row(*steps, held_from=held_from, held_until=held_until)
    row = row._replace(expectation=row.expectation.shifted(0))

    breaks = row.breaks()

    assert [at for at, _ in breaks] == sorted({at for at, _ in breaks})
    assert [weight for _, weight in breaks] == sorted({weight for _, weight in breaks})
    assert all(row.held_from <= at and (row.held_until is None or at < row.held_until) for at, _ in breaks)

"""T07: the first planned date went by, whatever the current plan says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import baseline_passed
from tests.builders import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    a_dossier,
    a_planned_date,
    an_answer,
    an_update,
    evidence_of,
    first_break,
    steps_of,
)

JANUARY = date(2026, 1, 12)
MARCH = date(2026, 3, 31)
JUNE = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("planned_on", "steps"),
    [
        pytest.param(
            MARCH,
            [(date(2026, 4, 1), LOW), (date(2026, 10, 1), MEDIUM), (date(2027, 3, 31), HIGH)],
            id="good on the day itself; six holidays on working days and then eight lengthen the terms",
        ),
        pytest.param(
            date(2026, 3, 27),
            [(date(2026, 3, 28), LOW), (date(2026, 9, 29), MEDIUM), (date(2027, 3, 25), HIGH)],
            id="breaks on a Saturday",
        ),
        pytest.param(
            date(2024, 2, 29),
            [(date(2024, 3, 1), LOW), (date(2024, 8, 29), MEDIUM), (date(2025, 2, 25), HIGH)],
            id="29 February",
        ),
    ],
)
def test_the_first_promise_breaks_the_day_after_it(planned_on: date, steps: list[tuple[date, Severity]]) -> None:
    assert steps_of(baseline_passed, a_dossier(an_update(date(2024, 1, 8), planned_on=planned_on))) == steps


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody said anything"),
        pytest.param((an_update(JANUARY),), None, id="no date was ever given"),
        pytest.param((a_planned_date(MARCH), an_update(JANUARY, planned_on=JUNE)), date(2026, 4, 1), id="the register"),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(date(2026, 2, 2), planned_on=JUNE, reason="advies")),
            date(2026, 4, 1),
            id="a later plan, even in time and with a reason, changes nothing",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(date(2026, 2, 2), planned_on=date(2026, 3, 1))),
            date(2026, 4, 1),
            id="an earlier plan changes nothing",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(date(2026, 2, 2))),
            date(2026, 4, 1),
            id="a plan that vanished changes nothing",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_answer(date(2026, 4, 9), status=Status.COMPLETED)),
            None,
            id="completed, be it late",
        ),
        pytest.param((an_update(JANUARY, planned_on=MARCH, status=Status.DROPPED),), None, id="dropped"),
        pytest.param((an_update(JANUARY, planned_on=MARCH, status=Status.SUPERSEDED),), None, id="superseded"),
        pytest.param(
            (an_update(JANUARY), an_update(date(2026, 2, 2), planned_on=JUNE)), date(2026, 6, 2), id="a first date late"
        ),
        pytest.param(
            (
                an_update(JANUARY, planned_on=MARCH),
                an_update(date(2026, 3, 3), status=Status.COMPLETED),
                an_update(date(2026, 3, 9), planned_on=JUNE),
            ),
            date(2026, 4, 1),
            id="reopened in the same cycle keeps its first date",
        ),
    ],
)
def test_later_plans_do_not_hide_the_first_one(updates: tuple[StatusUpdate, ...], breaks_on: date | None) -> None:
    assert first_break(baseline_passed, a_dossier(*updates)) == breaks_on


def test_a_recurring_duty_gets_a_first_date_per_cycle() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=MARCH),
        an_update(date(2026, 3, 20), status=Status.COMPLETED, planned_on=MARCH),
        an_update(date(2026, 9, 1), planned_on=date(2027, 3, 31)),
        recurs=Recurrence.YEARLY,
    )

    assert first_break(baseline_passed, dossier) == date(2027, 4, 1)


def test_priority_makes_each_step_one_heavier() -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=MARCH), has_priority=True)

    assert steps_of(baseline_passed, dossier) == [
        (date(2026, 4, 1), MEDIUM),
        (date(2026, 10, 1), HIGH),
        (date(2027, 3, 31), CRITICAL),
    ]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    assert steps_of(baseline_passed, a_dossier(a_planned_date(MARCH), adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_shows_the_first_date_and_the_one_that_stands_now() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=MARCH, source="kst-1"),
        an_update(date(2026, 2, 2), planned_on=JUNE, source="kst-2"),
    )

    assert evidence_of(baseline_passed, dossier) == [
        ("first_planned_on", MARCH, "kst-1"),
        ("said_on", JANUARY, "kst-1"),
        ("planned_on", JUNE, ""),
    ]


def test_the_evidence_does_not_repeat_a_date_that_still_stands() -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=MARCH, source="kst-1"))

    assert evidence_of(baseline_passed, dossier) == [
        ("first_planned_on", MARCH, "kst-1"),
        ("said_on", JANUARY, "kst-1"),
    ]


@given(
    first=st.dates(date(2020, 1, 1), date(2033, 1, 1)),
    later=st.lists(st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2038, 1, 1))), max_size=6),
)
def test_no_later_plan_moves_the_steps_of_the_first(first: date, later: list[date | None]) -> None:
    begin = an_update(date(2019, 1, 1), planned_on=first)
    plans = [an_update(date(2019, 1, 2) + timedelta(days=n), planned_on=on) for n, on in enumerate(later)]

    steps = steps_of(baseline_passed, a_dossier(begin, *plans))

    assert steps == steps_of(baseline_passed, a_dossier(begin))
    assert [weight for _, weight in steps] == [LOW, MEDIUM, HIGH]
    assert [on for on, _ in steps] == sorted(on for on, _ in steps)

"""T02: the planned date went by and the dossier is not completed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import deadline_passed
from tests.builders import (
    CRITICAL,
    HIGH,
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


@pytest.mark.parametrize(
    ("planned_on", "steps"),
    [
        pytest.param(
            MARCH,
            [(date(2026, 4, 1), MEDIUM), (date(2026, 5, 2), HIGH), (date(2027, 4, 1), CRITICAL)],
            id="good on the day itself; Goede Vrijdag, Pasen and Koningsdag are no working days",
        ),
        pytest.param(
            date(2026, 3, 27),
            [(date(2026, 3, 28), MEDIUM), (date(2026, 4, 30), HIGH), (date(2027, 3, 31), CRITICAL)],
            id="breaks on a Saturday; the year ends on a Saturday and rolls over Pasen",
        ),
        pytest.param(
            date(2026, 4, 5),
            [(date(2026, 4, 6), MEDIUM), (date(2026, 5, 7), HIGH), (date(2027, 4, 6), CRITICAL)],
            id="a planned date on Eerste Paasdag does not roll",
        ),
        pytest.param(
            date(2024, 2, 29),
            [(date(2024, 3, 1), MEDIUM), (date(2024, 3, 29), HIGH), (date(2025, 3, 1), CRITICAL)],
            id="a year after 29 February is 28 February",
        ),
    ],
)
def test_a_dossier_is_late_from_the_day_after_its_planned_date(
    planned_on: date, steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(deadline_passed, a_dossier(an_update(date(2024, 1, 8), planned_on=planned_on))) == steps


def test_what_is_said_about_a_milestone_is_no_reason_for_the_dossier() -> None:
    moved_too_late = an_answer(date(2026, 4, 2), planned_on=date(2026, 6, 1))
    milestone = an_update(date(2026, 4, 9), milestone="M1", planned_on=date(2026, 7, 1), reason="advies")

    late = a_dossier(an_update(JANUARY, planned_on=MARCH), moved_too_late, milestone)

    assert first_break(deadline_passed, late) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody said anything"),
        pytest.param((an_update(JANUARY),), None, id="no planned date"),
        pytest.param((a_planned_date(MARCH),), date(2026, 4, 1), id="the register itself gives the date"),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(MARCH, status=Status.COMPLETED)), None, id="completed"
        ),
        pytest.param((an_update(JANUARY, planned_on=MARCH, status=Status.DROPPED),), None, id="dropped"),
        pytest.param((an_update(JANUARY, planned_on=MARCH, status=Status.SUPERSEDED),), None, id="superseded"),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH, status=Status.BLOCKED),), date(2026, 4, 1), id="blocked is no excuse"
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(MARCH, planned_on=date(2026, 6, 1))),
            date(2026, 6, 2),
            id="history moves the date on its last day",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(date(2026, 4, 8), planned_on=date(2026, 6, 1))),
            date(2026, 6, 2),
            id="history moves the date afterwards and is not asked for a reason",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_answer(MARCH, planned_on=date(2026, 6, 1))),
            date(2026, 6, 2),
            id="an answer moves the date in time; the missing reason is T05's subject",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_answer(date(2026, 4, 1), planned_on=date(2026, 6, 1))),
            date(2026, 4, 1),
            id="an answer moves the date afterwards without a reason",
        ),
        pytest.param(
            (
                an_update(JANUARY, planned_on=MARCH),
                an_answer(date(2026, 4, 1), planned_on=date(2026, 6, 1), reason="advies van de Raad van State"),
            ),
            date(2026, 6, 2),
            id="an answer moves the date afterwards with a reason",
        ),
        pytest.param(
            (
                an_update(JANUARY, planned_on=MARCH),
                an_answer(date(2026, 4, 1), planned_on=date(2026, 6, 1)),
                an_answer(date(2026, 4, 20), reason="advies van de Raad van State"),
            ),
            date(2026, 6, 2),
            id="the reason comes later",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(date(2026, 2, 1))), None, id="taken away before it passed"
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(MARCH)), None, id="taken away on its last good day"
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(date(2026, 4, 1))),
            date(2026, 4, 1),
            id="taken away afterwards stays passed",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(date(2026, 4, 1)), an_update(date(2026, 4, 2))),
            date(2026, 4, 1),
            id="said again that there is no date",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(date(2026, 2, 1), planned_on=date(2026, 2, 10))),
            date(2026, 2, 11),
            id="an earlier date counts at once",
        ),
        pytest.param(
            (
                an_update(JANUARY, planned_on=MARCH),
                an_update(MARCH, status=Status.COMPLETED, planned_on=MARCH),
                an_update(date(2026, 9, 1), planned_on=MARCH),
            ),
            date(2026, 4, 1),
            id="reopened after its date",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_answer(date(2026, 4, 20), progress=80)),
            date(2026, 4, 1),
            id="other news changes nothing",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_update(JANUARY, milestone="M1", planned_on=date(2026, 2, 1))),
            date(2026, 4, 1),
            id="the date of a milestone is not the date of the dossier",
        ),
    ],
)
def test_the_date_that_counts_is_the_last_one_given_in_time_or_with_a_reason(
    updates: tuple[StatusUpdate, ...], breaks_on: date | None
) -> None:
    assert first_break(deadline_passed, a_dossier(*updates)) == breaks_on


def test_priority_makes_each_step_one_heavier_and_critical_comes_once() -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=MARCH), has_priority=True)

    assert steps_of(deadline_passed, dossier) == [(date(2026, 4, 1), HIGH), (date(2026, 5, 2), CRITICAL)]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=MARCH), adoption=Adoption.NOT_ADOPTED)

    assert steps_of(deadline_passed, dossier) == []


def test_the_evidence_names_the_date_and_who_gave_it_when() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=date(2026, 2, 1), source="kst-1"),
        an_update(date(2026, 1, 20), planned_on=MARCH, source="kst-2"),
    )

    assert evidence_of(deadline_passed, dossier) == [
        ("planned_on", MARCH, "kst-2"),
        ("said_on", date(2026, 1, 20), "kst-2"),
        ("status", "in_progress", ""),
    ]


@given(
    planned_on=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    gaps=st.lists(st.integers(1, 400), min_size=1, max_size=5),
    has_priority=st.booleans(),
)
def test_steps_rise_in_day_and_weight_and_completion_silences_them(
    planned_on: date, gaps: list[int], *, has_priority: bool
) -> None:
    days = [planned_on - timedelta(days=sum(gaps[: n + 1])) for n in range(len(gaps))]
    updates = [an_update(on, planned_on=planned_on) for on in days]
    done = an_update(planned_on, status=Status.COMPLETED)

    steps = steps_of(deadline_passed, a_dossier(*updates, has_priority=has_priority))

    assert steps[0][0] == planned_on + timedelta(days=1)
    assert steps == sorted(set(steps))
    assert [weight for _, weight in steps] == sorted({weight for _, weight in steps})
    assert steps_of(deadline_passed, a_dossier(*updates, done, has_priority=has_priority)) == []

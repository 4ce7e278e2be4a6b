"""O02: a heavy knelpunt, and nobody proposed a way out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.decisions import Decision
from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.rules import no_solution
from tests.builders import CRITICAL, HIGH, LOW, MEDIUM, a_calendar
from tests.rules.episodes import a_proposal, an_episode, evidence_of, expected, on_signal, steps_of

FEBRUARY, MARCH, APRIL = date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1)
TOO_LATE = date(2026, 3, 3)
"""The day after the twentieth working day after 2 February."""

PROPOSAL = a_proposal(MARCH, planned_on=APRIL, review_on=APRIL)


@pytest.mark.parametrize(
    ("turns", "decisions", "breaks_on"),
    [
        pytest.param([(FEBRUARY, MEDIUM)], (), None, id="not heavy"),
        pytest.param([(FEBRUARY, HIGH)], (), TOO_LATE, id="heavy at once"),
        pytest.param([(date(2026, 1, 5), LOW), (FEBRUARY, HIGH)], (), TOO_LATE, id="counted from when it became heavy"),
        pytest.param([(FEBRUARY, HIGH), (MARCH, CRITICAL)], (), TOO_LATE, id="heavier still: the first day counts"),
        pytest.param([(FEBRUARY, HIGH), (MARCH, MEDIUM)], (), None, id="eased"),
        pytest.param([(date(2026, 1, 5), HIGH), (date(2026, 1, 6), LOW), (FEBRUARY, HIGH)], (), TOO_LATE, id="again"),
        pytest.param([(FEBRUARY, HIGH), (MARCH, None)], (), None, id="solved"),
        pytest.param([(FEBRUARY, HIGH)], (PROPOSAL,), None, id="a solution was proposed"),
        pytest.param(
            [(FEBRUARY, HIGH)], (on_signal("acknowledge", MARCH),), TOO_LATE, id="acknowledged is no solution"
        ),
        pytest.param(
            [(FEBRUARY, HIGH)],
            (a_proposal(MARCH, planned_on=APRIL, review_on=APRIL, about="ipa:T02:UIT-01:1"),),
            TOO_LATE,
            id="a solution for another signal",
        ),
    ],
)
def test_a_heavy_knelpunt_gets_a_solution_within_twenty_working_days(
    turns: list[tuple[date, Severity | None]], decisions: tuple[Decision, ...], breaks_on: date | None
) -> None:
    assert steps_of(no_solution, an_episode(*turns, decisions=decisions)) == (
        [(breaks_on, MEDIUM)] if breaks_on else []
    )


@pytest.mark.parametrize("rule", ["K01", "G01", "G02", "G04", "R01", "R02", "O01", "O04", "M01"])
def test_what_is_answered_elsewhere_or_on_a_closed_dossier_needs_no_solution(rule: str) -> None:
    assert expected(no_solution, an_episode((FEBRUARY, HIGH), rule=rule)) is None


@pytest.mark.parametrize("rule", ["T02", "V05", "G03", "S01"])
def test_knelpunten_on_work_in_progress_and_on_groups_do(rule: str) -> None:
    assert steps_of(no_solution, an_episode((FEBRUARY, HIGH), rule=rule)) == [(TOO_LATE, MEDIUM)]


def test_it_names_the_signal_and_the_days() -> None:
    episode = an_episode((date(2026, 1, 5), MEDIUM), (FEBRUARY, HIGH), number=2)

    expectation = expected(no_solution, episode)

    assert expectation is not None
    assert expectation.subject == Subject(kind=SubjectKind.SIGNAL, code="T04:UIT-01:2")
    assert evidence_of(no_solution, episode) == [
        ("signal_rule", "T04", ""),
        ("signal_code", "UIT-01", ""),
        ("opened_on", date(2026, 1, 5), ""),
        ("heavy_on", FEBRUARY, ""),
        ("last_good_on", date(2026, 3, 2), ""),
    ]


@given(days=st.integers(0, 1000))
def test_twenty_working_days_lie_between_the_heavy_day_and_the_last_good_day(days: int) -> None:
    heavy_on = FEBRUARY + timedelta(days=days)

    ((breaks_on, _),) = steps_of(no_solution, an_episode((heavy_on, HIGH)))

    assert a_calendar().working_days_between(heavy_on, breaks_on - timedelta(days=1)) == 20

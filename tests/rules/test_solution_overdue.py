"""O04: somebody would carry out a solution by a date, and it passed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.decisions import Decision
from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.rules import solution_overdue
from tests.builders import HIGH, MEDIUM, a_calendar
from tests.rules.episodes import a_proposal, an_episode, evidence_of, expected, on_signal, steps_of

FEBRUARY, MARCH, APRIL, MAY = date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 1)
PROPOSAL = a_proposal(FEBRUARY, planned_on=MARCH, review_on=MAY)
LATE = [(date(2026, 3, 3), MEDIUM), (date(2026, 3, 31), HIGH)]
"""The day after the date, and the day after twenty working days more."""


@pytest.mark.parametrize(
    ("decisions", "steps"),
    [
        pytest.param((), [], id="nothing was proposed"),
        pytest.param((PROPOSAL,), LATE, id="proposed"),
        pytest.param((PROPOSAL, on_signal("done", APRIL, solution="OPL-1")), [], id="carried out"),
        pytest.param(
            (PROPOSAL, on_signal("replan", MARCH, solution="OPL-1", planned_on=date(2026, 3, 9))),
            [(date(2026, 3, 10), MEDIUM), (date(2026, 4, 9), HIGH)],
            id="another date; Goede Vrijdag and Pasen are no working days",
        ),
        pytest.param(
            (
                PROPOSAL,
                on_signal("done", MARCH, solution="OPL-1"),
                on_signal("replan", APRIL, solution="OPL-1", planned_on=MARCH),
            ),
            LATE,
            id="dated anew: it was not done after all",
        ),
        pytest.param(
            (PROPOSAL, a_proposal(APRIL, planned_on=MAY, review_on=MAY, solution="OPL-2")),
            [(date(2026, 5, 2), MEDIUM), (date(2026, 6, 4), HIGH)],
            id="a new solution takes its place",
        ),
        pytest.param((PROPOSAL, on_signal("done", APRIL, solution="OPL-9")), LATE, id="another one was carried out"),
    ],
)
def test_a_solution_is_carried_out_by_its_date(decisions: tuple[Decision, ...], steps: list[object]) -> None:
    assert steps_of(solution_overdue, an_episode((FEBRUARY, HIGH), decisions=decisions)) == steps


def test_once_the_signal_is_solved_nobody_is_chased() -> None:
    assert steps_of(solution_overdue, an_episode((FEBRUARY, HIGH), (APRIL, None), decisions=(PROPOSAL,))) == []


@pytest.mark.parametrize("rule", ["G01", "R02"])
def test_on_a_closed_dossier_nobody_is_chased(rule: str) -> None:
    proposal = a_proposal(FEBRUARY, planned_on=MARCH, review_on=MAY, about=f"ipa:{rule}:UIT-01:1")

    assert steps_of(solution_overdue, an_episode((FEBRUARY, HIGH), decisions=(proposal,), rule=rule)) == []


def test_it_names_the_solution_and_who_carries_it_out() -> None:
    episode = an_episode((FEBRUARY, HIGH), decisions=(PROPOSAL,))

    expectation = expected(solution_overdue, episode)

    assert expectation is not None
    assert expectation.subject == Subject(kind=SubjectKind.SOLUTION, code="OPL-1")
    assert evidence_of(solution_overdue, episode) == [
        ("signal_rule", "T04", ""),
        ("signal_code", "UIT-01", ""),
        ("opened_on", FEBRUARY, ""),
        ("solution", "OPL-1", ""),
        ("what", "SZW stuurt een brief", "besluit van IPA"),
        ("owner", "SZW", ""),
        ("proposed_on", FEBRUARY, ""),
        ("planned_on", MARCH, "besluit van IPA"),
    ]


@given(days=st.integers(1, 1000))
def test_it_weighs_more_after_twenty_working_days(days: int) -> None:
    planned_on = FEBRUARY + timedelta(days=days)
    proposal = a_proposal(FEBRUARY, planned_on=planned_on, review_on=planned_on)

    (late_on, _), (heavy_on, _) = steps_of(solution_overdue, an_episode((FEBRUARY, HIGH), decisions=(proposal,)))

    assert late_on == planned_on + timedelta(days=1)
    assert a_calendar().working_days_between(planned_on, heavy_on - timedelta(days=1)) == 20

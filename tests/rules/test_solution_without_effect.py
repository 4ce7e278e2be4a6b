"""O03: the day to look back came, and the knelpunt is still there."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.decisions import Decision
from ipa_core.domain.severities import Severity
from ipa_core.rules import solution_without_effect
from tests.builders import HIGH, LOW, MEDIUM
from tests.rules.episodes import a_proposal, an_episode, evidence_of, on_signal, steps_of

FEBRUARY, MARCH, APRIL, MAY = date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 1)
PROPOSAL = a_proposal(FEBRUARY, planned_on=MARCH, review_on=APRIL)
DAY_AFTER = date(2026, 4, 2)


@pytest.mark.parametrize(
    ("turns", "decisions", "breaks_on"),
    [
        pytest.param([(FEBRUARY, HIGH)], (), None, id="nothing was proposed"),
        pytest.param([(FEBRUARY, HIGH)], (PROPOSAL,), DAY_AFTER, id="proposed"),
        pytest.param([(FEBRUARY, HIGH), (MARCH, LOW)], (PROPOSAL,), DAY_AFTER, id="eased is not solved"),
        pytest.param([(FEBRUARY, HIGH), (MARCH, None)], (PROPOSAL,), None, id="solved"),
        pytest.param(
            [(FEBRUARY, HIGH)],
            (PROPOSAL, on_signal("done", MARCH, solution="OPL-1")),
            DAY_AFTER,
            id="carried out, and it is still there",
        ),
        pytest.param(
            [(FEBRUARY, HIGH)],
            (PROPOSAL, on_signal("replan", MARCH, solution="OPL-1", planned_on=APRIL)),
            DAY_AFTER,
            id="another date, the same day to look back",
        ),
        pytest.param(
            [(FEBRUARY, HIGH)],
            (PROPOSAL, on_signal("replan", MARCH, solution="OPL-1", planned_on=APRIL, review_on=MAY)),
            date(2026, 5, 2),
            id="another day to look back",
        ),
        pytest.param(
            [(FEBRUARY, HIGH)],
            (PROPOSAL, a_proposal(APRIL, planned_on=MAY, review_on=MAY, solution="OPL-2")),
            date(2026, 5, 2),
            id="a new solution gets its own day",
        ),
    ],
)
def test_a_solution_has_helped_by_its_review_date(
    turns: list[tuple[date, Severity | None]], decisions: tuple[Decision, ...], breaks_on: date | None
) -> None:
    found = steps_of(solution_without_effect, an_episode(*turns, decisions=decisions))

    assert found == ([(breaks_on, MEDIUM)] if breaks_on else [])


def test_it_names_the_solution_and_the_day_to_look_back() -> None:
    assert evidence_of(solution_without_effect, an_episode((FEBRUARY, HIGH), decisions=(PROPOSAL,))) == [
        ("signal_rule", "T04", ""),
        ("signal_code", "UIT-01", ""),
        ("opened_on", FEBRUARY, ""),
        ("solution", "OPL-1", ""),
        ("what", "SZW stuurt een brief", "besluit van IPA"),
        ("owner", "SZW", ""),
        ("proposed_on", FEBRUARY, ""),
        ("review_on", APRIL, "besluit van IPA"),
    ]


@given(days=st.integers(0, 1000), later=st.integers(0, 100))
def test_it_breaks_on_the_day_after_whatever_the_calendar(days: int, later: int) -> None:
    planned_on = MARCH + timedelta(days=days)
    review_on = planned_on + timedelta(days=later)
    proposal = a_proposal(FEBRUARY, planned_on=planned_on, review_on=review_on)

    found = steps_of(solution_without_effect, an_episode((FEBRUARY, HIGH), decisions=(proposal,)))

    assert found == [(review_on + timedelta(days=1), MEDIUM)]

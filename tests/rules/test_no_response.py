"""R01: nobody decided whether the recommendation is adopted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.updates import Status
from ipa_core.rules import no_response
from ipa_core.rules.holding import hold_dossier
from tests.builders import (
    ADOPTED_ON,
    HIGH,
    MEDIUM,
    a_calendar,
    a_dossier,
    a_history,
    a_recommendation,
    a_timeline,
    an_update,
    evidence_of,
    steps_of,
)

ADVISED_ON = date(2026, 1, 12)
TOO_LONG = date(2026, 4, 9)
"""60 working days after 12 January 2026 is Wednesday 8 April: Goede Vrijdag and Tweede Paasdag do not count."""


@pytest.mark.parametrize(
    ("adoption", "breaks_on"),
    [
        pytest.param(Adoption.UNDECIDED, TOO_LONG, id="not decided"),
        pytest.param(Adoption.ADOPTED, None, id="adopted"),
        pytest.param(Adoption.PARTLY, None, id="partly adopted"),
        pytest.param(Adoption.NOT_ADOPTED, None, id="not adopted is a decision too"),
    ],
)
def test_the_advice_gets_a_decision(adoption: Adoption, breaks_on: date | None) -> None:
    dossier = a_dossier(adoption=adoption, advised_on=ADVISED_ON)

    assert steps_of(no_response, dossier) == ([(breaks_on, MEDIUM)] if breaks_on else [])


def test_without_the_day_of_the_advice_nothing_can_be_counted() -> None:
    assert steps_of(no_response, a_dossier(adoption=Adoption.UNDECIDED)) == []


@pytest.mark.parametrize("status", Status)
def test_who_began_already_still_waits_for_the_decision_and_who_is_ready_does_not(status: Status) -> None:
    dossier = a_dossier(an_update(ADVISED_ON, status=status), adoption=Adoption.UNDECIDED, advised_on=ADVISED_ON)

    assert steps_of(no_response, dossier) == ([] if status.is_terminal else [(TOO_LONG, MEDIUM)])


def test_priority_makes_it_high() -> None:
    dossier = a_dossier(adoption=Adoption.UNDECIDED, advised_on=ADVISED_ON, has_priority=True)

    assert steps_of(no_response, dossier) == [(TOO_LONG, HIGH)]


def test_the_evidence_names_the_advice_and_the_last_good_day() -> None:
    dossier = a_dossier(adoption=Adoption.UNDECIDED, advised_on=ADVISED_ON, source="advies")

    assert evidence_of(no_response, dossier) == [
        ("advised_on", ADVISED_ON, "advies"),
        ("last_good_on", date(2026, 4, 8), ""),
    ]


def test_it_holds_until_the_register_knows_the_decision() -> None:
    decided_at = at_time(date(2026, 5, 6), 15)
    undecided = a_recommendation(adoption=Adoption.UNDECIDED, advised_on=ADVISED_ON)
    decided = a_recommendation(adoption=Adoption.NOT_ADOPTED, advised_on=ADVISED_ON, recorded_at=decided_at)

    rows = hold_dossier(a_history(versions=(undecided, decided)), a_timeline(), {})

    assert [(row.expectation.rule, row.held_from, row.held_until) for row in rows] == [
        ("R01", start_of_day(ADOPTED_ON), decided_at)
    ]


@given(advised_on=st.dates(date(2016, 1, 1), date(2035, 1, 1)), adoption=st.sampled_from(Adoption))
def test_sixty_working_days_are_left_for_a_decision(advised_on: date, adoption: Adoption) -> None:
    steps = steps_of(no_response, a_dossier(adoption=adoption, advised_on=advised_on))

    assert bool(steps) == (adoption is Adoption.UNDECIDED)
    for breaks_on, _ in steps:
        last_good_on = breaks_on - timedelta(days=1)
        assert a_calendar().is_working_day(last_good_on)
        assert a_calendar().working_days_between(advised_on, last_good_on) == 60

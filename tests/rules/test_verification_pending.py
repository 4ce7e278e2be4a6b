"""G02: it was reported as completed, and IPA has not said whether it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.decisions import Decision
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import verification_pending
from tests.builders import (
    HIGH,
    MEDIUM,
    a_calendar,
    a_decision,
    a_dossier,
    an_answer,
    an_update,
    evidence_of,
    first_break,
    steps_of,
)

FEBRUARY, MARCH, APRIL = date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1)
DONE = an_answer(FEBRUARY, status=Status.COMPLETED)
TOO_LATE = date(2026, 2, 24)
"""The day after the fifteenth working day."""


@pytest.mark.parametrize(
    ("updates", "decisions", "breaks_on"),
    [
        pytest.param((), (), None, id="nobody said anything"),
        pytest.param((an_answer(FEBRUARY, status=Status.IN_PROGRESS),), (), None, id="in progress"),
        pytest.param((DONE,), (), TOO_LATE, id="nobody looked"),
        pytest.param((an_update(FEBRUARY, status=Status.COMPLETED),), (), None, id="public history verified itself"),
        pytest.param((DONE,), (a_decision("verify", MARCH),), None, id="verified"),
        pytest.param((DONE,), (a_decision("refuse", MARCH),), None, id="refused"),
        pytest.param(
            (DONE, an_answer(MARCH, status=Status.COMPLETED)), (), TOO_LATE, id="said again: the first time counts"
        ),
        pytest.param(
            (DONE, an_answer(APRIL, status=Status.COMPLETED)),
            (a_decision("refuse", MARCH),),
            date(2026, 4, 25),
            id="claimed anew after a refusal",
        ),
        pytest.param(
            (DONE, an_answer(MARCH, status=Status.IN_PROGRESS), an_answer(APRIL, status=Status.COMPLETED)),
            (a_decision("verify", FEBRUARY),),
            date(2026, 4, 25),
            id="completed a second time",
        ),
        *(
            pytest.param((DONE, an_answer(MARCH, status=status)), (), None, id=f"the claim became {status.value}")
            for status in Status
            if status is not Status.COMPLETED
        ),
    ],
)
def test_ipa_looks_within_fifteen_working_days(
    updates: tuple[StatusUpdate, ...], decisions: tuple[Decision, ...], breaks_on: date | None
) -> None:
    dossier = a_dossier(*updates, decisions=decisions)

    assert steps_of(verification_pending, dossier) == ([(breaks_on, MEDIUM)] if breaks_on else [])


def test_what_was_never_adopted_is_not_verified() -> None:
    assert steps_of(verification_pending, a_dossier(DONE, adoption=Adoption.NOT_ADOPTED)) == []


def test_priority_raises_it() -> None:
    assert steps_of(verification_pending, a_dossier(DONE, has_priority=True)) == [(TOO_LATE, HIGH)]


def test_it_shows_the_claim_and_the_last_good_day() -> None:
    assert evidence_of(verification_pending, a_dossier(DONE)) == [
        ("completed_on", FEBRUARY, "opgave van SZW"),
        ("last_good_on", date(2026, 2, 23), ""),
    ]


@given(days=st.integers(0, 1000))
def test_fifteen_working_days_lie_between_the_claim_and_the_last_good_day(days: int) -> None:
    claimed_on = FEBRUARY + timedelta(days=days)

    breaks_on = first_break(verification_pending, a_dossier(an_answer(claimed_on, status=Status.COMPLETED)))

    assert breaks_on is not None
    assert a_calendar().working_days_between(claimed_on, breaks_on - timedelta(days=1)) == 15

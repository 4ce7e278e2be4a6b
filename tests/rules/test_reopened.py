"""G03: what was completed is being worked on again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import reopened
from tests.builders import CRITICAL, HIGH, a_dossier, an_answer, an_update, evidence_of, first_break, steps_of

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (date(2026, month, 12) for month in range(1, 6))
DONE = an_update(JANUARY, status=Status.COMPLETED)
AGAIN = an_update(FEBRUARY)


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody said anything"),
        pytest.param((an_update(JANUARY), AGAIN), None, id="never completed"),
        pytest.param((DONE,), None, id="completed"),
        pytest.param((DONE, an_update(FEBRUARY, status=Status.COMPLETED)), None, id="completed, said again"),
        pytest.param((DONE, AGAIN), FEBRUARY, id="worked on again"),
        pytest.param((DONE, an_update(FEBRUARY, status=Status.BLOCKED)), FEBRUARY, id="blocked after completion"),
        pytest.param((DONE, an_update(FEBRUARY, status=Status.NOT_STARTED)), FEBRUARY, id="not begun after completion"),
        pytest.param((DONE, AGAIN, an_update(MARCH, progress=80)), FEBRUARY, id="since the reopening"),
        pytest.param((DONE, AGAIN, an_update(MARCH, status=Status.COMPLETED)), None, id="completed as public record"),
        pytest.param(
            (DONE, AGAIN, an_answer(MARCH, status=Status.COMPLETED)), FEBRUARY, id="completed, but nobody verified it"
        ),
        pytest.param(
            (DONE, AGAIN, an_answer(MARCH, status=Status.COMPLETED), an_update(APRIL)),
            FEBRUARY,
            id="completed unverified and reopened again: since the first time",
        ),
        pytest.param(
            (DONE, AGAIN, an_update(MARCH, status=Status.COMPLETED), an_update(APRIL)),
            APRIL,
            id="completed verified and reopened again: since the second time",
        ),
        pytest.param((DONE, an_update(FEBRUARY, status=Status.DROPPED)), None, id="dropped after completion"),
        pytest.param((DONE, AGAIN, an_update(MARCH, status=Status.DROPPED)), None, id="reopened and dropped"),
        pytest.param((DONE, AGAIN, an_update(MARCH, status=Status.SUPERSEDED)), None, id="reopened and superseded"),
        pytest.param((DONE, an_update(FEBRUARY, milestone="M1")), None, id="a line about a milestone reopens nothing"),
        pytest.param((DONE, an_answer(FEBRUARY, is_unchanged=True)), None, id="unchanged reopens nothing"),
    ],
)
def test_completed_stays_completed(updates: tuple[StatusUpdate, ...], breaks_on: date | None) -> None:
    assert first_break(reopened, a_dossier(*updates)) == breaks_on


def test_a_recurring_duty_begins_anew_and_is_not_reopened() -> None:
    assert steps_of(reopened, a_dossier(DONE, AGAIN, recurs=Recurrence.YEARLY)) == []


def test_it_is_high_and_critical_with_priority() -> None:
    assert steps_of(reopened, a_dossier(DONE, AGAIN)) == [(FEBRUARY, HIGH)]
    assert steps_of(reopened, a_dossier(DONE, AGAIN, has_priority=True)) == [(FEBRUARY, CRITICAL)]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    assert steps_of(reopened, a_dossier(DONE, AGAIN, adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_names_who_reopened_what_was_completed_when() -> None:
    dossier = a_dossier(
        an_update(JANUARY, status=Status.COMPLETED, source="kst-1"),
        an_update(FEBRUARY, organisation="BZK", source="kst-2"),
    )

    assert evidence_of(reopened, dossier) == [
        ("completed_on", JANUARY, "kst-1"),
        ("reopened_on", FEBRUARY, "kst-2"),
        ("reopened_by", "BZK", ""),
    ]


@given(st.lists(st.sampled_from(list(Status)), max_size=8))
def test_a_public_completion_always_settles_it(said: list[Status]) -> None:
    updates = [an_update(JANUARY + timedelta(days=n), status=status) for n, status in enumerate(said)]
    verified = an_update(MAY, status=Status.COMPLETED)

    assert steps_of(reopened, a_dossier(*updates, verified)) == []
    assert steps_of(reopened, a_dossier(*updates, verified, an_update(MAY))) == [(MAY, HIGH)]

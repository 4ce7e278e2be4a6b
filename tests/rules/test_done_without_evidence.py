"""G01: it was reported as completed, and nothing shows it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import done_without_evidence
from tests.builders import CRITICAL, HIGH, a_dossier, an_answer, an_update, evidence_of, first_break, steps_of

JANUARY, FEBRUARY, MARCH = date(2026, 1, 12), date(2026, 2, 2), date(2026, 3, 2)
DONE = an_answer(FEBRUARY, status=Status.COMPLETED)
SHOWN = ("https://example.org/stcrt-1",)


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody said anything"),
        pytest.param((an_answer(FEBRUARY, status=Status.IN_PROGRESS),), None, id="in progress"),
        pytest.param((DONE,), FEBRUARY, id="an answer says so, and shows nothing"),
        pytest.param((an_answer(FEBRUARY, status=Status.COMPLETED, evidence=SHOWN),), None, id="with evidence"),
        pytest.param((an_update(FEBRUARY, status=Status.COMPLETED),), None, id="public history is evidence itself"),
        pytest.param((DONE, an_answer(MARCH, evidence=SHOWN)), None, id="the evidence comes later"),
        pytest.param(
            (DONE, an_answer(MARCH, is_unchanged=True, evidence=SHOWN)), None, id="the evidence comes with the tick"
        ),
        pytest.param((DONE, an_answer(MARCH, status=Status.COMPLETED)), FEBRUARY, id="said again without evidence"),
        pytest.param((DONE, an_update(MARCH, status=Status.COMPLETED)), None, id="public history says so afterwards"),
        pytest.param(
            (an_update(JANUARY, status=Status.COMPLETED), DONE), None, id="public history said so before the answer"
        ),
        pytest.param(
            (an_answer(JANUARY, status=Status.IN_PROGRESS, evidence=SHOWN), DONE),
            FEBRUARY,
            id="evidence of earlier work does not show that it is done",
        ),
        pytest.param(
            (DONE, an_update(MARCH, status=Status.COMPLETED, milestone="M1", evidence=SHOWN)),
            FEBRUARY,
            id="nor does evidence of one milestone",
        ),
        *(
            pytest.param((DONE, an_answer(MARCH, status=status)), None, id=f"the claim became {status.value}")
            for status in Status
            if status is not Status.COMPLETED
        ),
        pytest.param(
            (
                an_update(JANUARY, status=Status.COMPLETED),
                an_answer(FEBRUARY, status=Status.IN_PROGRESS),
                an_answer(MARCH, status=Status.COMPLETED),
            ),
            MARCH,
            id="reopened, and completed again without evidence",
        ),
    ],
)
def test_completed_in_an_answer_comes_with_evidence(updates: tuple[StatusUpdate, ...], breaks_on: date | None) -> None:
    assert steps_of(done_without_evidence, a_dossier(*updates)) == ([(breaks_on, HIGH)] if breaks_on else [])


def test_the_evidence_of_a_year_does_not_show_the_next_one() -> None:
    year = an_answer(JANUARY, status=Status.COMPLETED, evidence=SHOWN)
    next_year = (an_answer(FEBRUARY, status=Status.IN_PROGRESS), an_answer(MARCH, status=Status.COMPLETED))

    assert first_break(done_without_evidence, a_dossier(year, *next_year, recurs=Recurrence.YEARLY)) == MARCH


def test_priority_makes_it_critical() -> None:
    assert steps_of(done_without_evidence, a_dossier(DONE, has_priority=True)) == [(FEBRUARY, CRITICAL)]


def test_a_recommendation_that_was_not_adopted_needs_no_evidence() -> None:
    assert steps_of(done_without_evidence, a_dossier(DONE, adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_names_the_day_and_the_answer() -> None:
    assert evidence_of(done_without_evidence, a_dossier(DONE, an_answer(MARCH, is_unchanged=True))) == [
        ("completed_on", FEBRUARY, "opgave van SZW")
    ]


@given(shown=st.lists(st.booleans(), min_size=1, max_size=6))
def test_any_evidence_since_the_completion_is_enough(shown: list[bool]) -> None:
    answers = [
        an_answer(FEBRUARY + timedelta(days=n), status=Status.COMPLETED, evidence=SHOWN if is_shown else ())
        for n, is_shown in enumerate(shown)
    ]

    breaks_on = first_break(done_without_evidence, a_dossier(*answers))

    assert breaks_on == (None if any(shown) else FEBRUARY)

"""G04: it is completed, and nobody notices or nobody says so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Effect, Status, StatusUpdate
from ipa_core.rules import no_effect
from tests.builders import HIGH, LOW, MEDIUM, a_calendar, a_dossier, an_answer, an_update, evidence_of, steps_of

JANUARY, FEBRUARY, MARCH, APRIL = date(2026, 1, 12), date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1)
TOO_LONG = date(2027, 1, 29)
"""250 working days after 2 February 2026 is Thursday 28 January 2027."""
DONE = an_answer(FEBRUARY, status=Status.COMPLETED)


def done(effect: Effect) -> StatusUpdate:
    return an_answer(FEBRUARY, status=Status.COMPLETED, effect=effect)


@pytest.mark.parametrize(
    ("updates", "steps"),
    [
        pytest.param((), [], id="nobody said anything"),
        pytest.param((an_answer(FEBRUARY, effect=Effect.NONE),), [], id="in progress there may be no effect yet"),
        pytest.param((DONE,), [(TOO_LONG, LOW)], id="not said"),
        pytest.param((done(Effect.UNKNOWN),), [(TOO_LONG, LOW)], id="unknown is not said"),
        pytest.param((done(Effect.PARTIAL),), [], id="partial"),
        pytest.param((done(Effect.VISIBLE),), [], id="visible"),
        pytest.param((done(Effect.NONE),), [(FEBRUARY, MEDIUM)], id="none"),
        pytest.param((DONE, an_answer(MARCH, effect=Effect.VISIBLE)), [], id="said later"),
        pytest.param((DONE, an_answer(MARCH, effect=Effect.NONE)), [(MARCH, MEDIUM)], id="none, said later"),
        pytest.param(
            (done(Effect.NONE), an_answer(MARCH, effect=Effect.NONE)), [(FEBRUARY, MEDIUM)], id="none, said again"
        ),
        pytest.param(
            (done(Effect.NONE), an_answer(MARCH, effect=Effect.PARTIAL), an_answer(APRIL, effect=Effect.NONE)),
            [(APRIL, MEDIUM)],
            id="none again after some",
        ),
        pytest.param((done(Effect.NONE), an_answer(MARCH, effect=Effect.UNKNOWN)), [(TOO_LONG, LOW)], id="not sure"),
        pytest.param(
            (an_answer(JANUARY, status=Status.IN_PROGRESS, effect=Effect.NONE), DONE),
            [(FEBRUARY, MEDIUM)],
            id="what was said before the completion stands, and counts from the completion",
        ),
        pytest.param(
            (DONE, an_answer(MARCH, status=Status.COMPLETED)), [(TOO_LONG, LOW)], id="the first completion counts"
        ),
        pytest.param(
            (an_update(FEBRUARY, status=Status.COMPLETED, effect=Effect.NONE),), [], id="public history is not asked"
        ),
        pytest.param(
            (an_update(JANUARY, status=Status.COMPLETED), done(Effect.NONE)),
            [],
            id="nor is a completion that an answer repeats",
        ),
        *(
            pytest.param((done(Effect.NONE), an_answer(MARCH, status=status)), [], id=f"it became {status.value}")
            for status in Status
            if status is not Status.COMPLETED
        ),
    ],
)
def test_after_a_completion_in_an_answer_the_effect_is_told_and_there_is_one(
    updates: tuple[StatusUpdate, ...], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(no_effect, a_dossier(*updates)) == steps


def test_the_effect_of_a_year_says_nothing_of_the_next_one() -> None:
    year = an_answer(JANUARY, status=Status.COMPLETED, effect=Effect.NONE)
    next_year = an_answer(JANUARY, status=Status.IN_PROGRESS)

    assert steps_of(no_effect, a_dossier(year, next_year, DONE, recurs=Recurrence.YEARLY)) == [(TOO_LONG, LOW)]


def test_priority_makes_it_heavier() -> None:
    assert steps_of(no_effect, a_dossier(done(Effect.NONE), has_priority=True)) == [(FEBRUARY, HIGH)]


def test_a_recommendation_that_was_not_adopted_needs_no_effect() -> None:
    assert steps_of(no_effect, a_dossier(done(Effect.NONE), adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_names_the_completion_and_when_there_was_no_effect() -> None:
    assert evidence_of(no_effect, a_dossier(DONE, an_answer(MARCH, effect=Effect.NONE))) == [
        ("completed_on", FEBRUARY, "opgave van SZW"),
        ("none_on", MARCH, "opgave van SZW"),
    ]


def test_the_evidence_names_the_last_good_day_when_no_effect_is_told() -> None:
    assert evidence_of(no_effect, a_dossier(DONE)) == [
        ("completed_on", FEBRUARY, "opgave van SZW"),
        ("last_good_on", date(2027, 1, 28), ""),
    ]


@given(effects=st.lists(st.sampled_from([None, *Effect]), max_size=6))
def test_the_last_word_on_the_effect_decides(effects: list[Effect | None]) -> None:
    later = [an_answer(FEBRUARY + timedelta(days=n), effect=effect) for n, effect in enumerate(effects, start=1)]

    steps = steps_of(no_effect, a_dossier(DONE, *later))

    last = [effect for effect in effects if effect is not None][-1:]
    expected = {Effect.NONE: [MEDIUM], Effect.PARTIAL: [], Effect.VISIBLE: []}
    assert [weight for _, weight in steps] == (expected.get(last[0], [LOW]) if last else [LOW])
    assert all(on == a_calendar().first_day_beyond(FEBRUARY, 250) for on, weight in steps if weight is LOW)

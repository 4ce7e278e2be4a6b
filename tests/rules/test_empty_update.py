"""K03: there was an answer, and its text says the same as last time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import empty_update
from tests.builders import HIGH, LOW, MEDIUM, a_dossier, an_answer, an_update, evidence_of, steps_of

JANUARY, APRIL, JULY, OCTOBER = date(2026, 1, 12), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)
AT_ONCE = [(APRIL, LOW)]
TWICE = [(APRIL, LOW), (JULY, MEDIUM)]


def said(on: date, likeness: int | None = 100, *, note: str = "Loopt", **facts: object) -> StatusUpdate:
    """Return an answer with a text in the round of its month."""
    return an_answer(on, note=note, likeness=likeness, **{"round_code": f"{on:%Y-%m}", **facts})  # type: ignore[arg-type] # the test names the fields


FIRST = said(JANUARY, None, status=Status.IN_PROGRESS, progress=20)


@pytest.mark.parametrize(
    ("updates", "steps"),
    [
        pytest.param((), [], id="nobody said anything"),
        pytest.param((FIRST,), [], id="the first text"),
        pytest.param((FIRST, said(APRIL)), AT_ONCE, id="the same text"),
        pytest.param((FIRST, said(APRIL, 95)), AT_ONCE, id="95% alike is the same"),
        pytest.param((FIRST, said(APRIL, 94)), [], id="94% is another text"),
        pytest.param((FIRST, said(APRIL, is_unchanged=True)), [], id="ticked"),
        pytest.param((FIRST, said(APRIL, status=Status.IN_PROGRESS, progress=20)), AT_ONCE, id="the same figures"),
        pytest.param((FIRST, said(APRIL, progress=30)), [], id="other progress is news, whatever the text"),
        pytest.param((FIRST, said(APRIL, status=Status.BLOCKED)), [], id="another status is news"),
        pytest.param((FIRST, said(APRIL, evidence=("https://example.org/1",))), [], id="evidence is news"),
        pytest.param((FIRST, said(APRIL, planned_on=OCTOBER, reason="advies")), [], id="a date with a reason is news"),
        pytest.param((FIRST, said(APRIL, planned_on=OCTOBER)), AT_ONCE, id="a date without a reason is not"),
        pytest.param((FIRST, said(APRIL, None, note="")), [], id="no text"),
        pytest.param((FIRST, said(APRIL), said(JULY)), TWICE, id="the second round in a row"),
        pytest.param((FIRST, said(APRIL), said(JULY), said(OCTOBER)), TWICE, id="the third weighs no more"),
        pytest.param((FIRST, said(APRIL), said(JULY, 20)), [], id="another text the next time"),
        pytest.param((FIRST, said(APRIL), said(JULY, is_unchanged=True)), [], id="ticked the next time"),
        pytest.param((FIRST, said(APRIL), said(JULY, progress=30)), [], id="something changed the next time"),
        pytest.param((FIRST, said(APRIL), said(JULY, None, note="")), AT_ONCE, id="a line without a text leaves it"),
        pytest.param((FIRST, said(APRIL, 20), said(JULY)), [(JULY, LOW)], id="news in between begins anew"),
        pytest.param(
            (FIRST, said(APRIL), said(APRIL + timedelta(days=2))), AT_ONCE, id="twice in one round is one round"
        ),
        pytest.param(
            (FIRST, said(APRIL), said(APRIL + timedelta(days=2), 20)), [], id="another text later in the round"
        ),
        pytest.param(
            (FIRST, said(APRIL, 20), said(APRIL + timedelta(days=2))), [], id="another text earlier in the round"
        ),
        pytest.param(
            (FIRST, said(APRIL, None, note=""), said(APRIL + timedelta(days=2))),
            [(APRIL + timedelta(days=2), LOW)],
            id="the text came later in the round",
        ),
        pytest.param((FIRST, said(APRIL)._replace(milestone="M1")), [], id="a milestone is not the dossier"),
        pytest.param((FIRST, an_update(APRIL, note="Loopt")), [], id="public history is no answer"),
        *(
            pytest.param((FIRST, said(APRIL), an_update(JULY, status=status)), [], id=f"{status.value} silences it")
            for status in Status
            if status.is_terminal
        ),
    ],
)
def test_an_answer_says_something_new_or_that_there_is_nothing_new(
    updates: tuple[StatusUpdate, ...], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(empty_update, a_dossier(*updates)) == steps


def test_a_recommendation_that_was_not_adopted_is_not_asked() -> None:
    assert steps_of(empty_update, a_dossier(FIRST, said(APRIL), adoption=Adoption.NOT_ADOPTED)) == []


def test_priority_makes_each_step_one_heavier() -> None:
    dossier = a_dossier(FIRST, said(APRIL), said(JULY), has_priority=True)

    assert steps_of(empty_update, dossier) == [(APRIL, MEDIUM), (JULY, HIGH)]


def test_the_evidence_names_each_round_the_answer_and_how_much_was_the_same() -> None:
    assert evidence_of(empty_update, a_dossier(FIRST, said(APRIL), said(JULY, 97))) == [
        ("round", "2026-04", ""),
        ("said_on", APRIL, "opgave van SZW"),
        ("alike", 100, ""),
        ("round", "2026-07", ""),
        ("said_on", JULY, "opgave van SZW"),
        ("alike", 97, ""),
    ]


@given(likenesses=st.lists(st.integers(0, 100), max_size=8))
def test_what_counts_is_how_many_rounds_ago_the_text_was_another(likenesses: list[int]) -> None:
    answers = [said(JANUARY + timedelta(days=31 * n), alike) for n, alike in enumerate(likenesses, start=1)]

    steps = steps_of(empty_update, a_dossier(FIRST, *answers))

    news = [n for n, alike in enumerate(likenesses, start=1) if alike < 95]
    empty = answers[news[-1] if news else 0 :]
    assert steps == list(zip([answer.effective_on for answer in empty], [LOW, MEDIUM], strict=False))

"""Which planned date counts, after all that was said about it?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.promises import RunningPromise
from tests.builders import an_answer, an_update

if TYPE_CHECKING:
    from ipa_core.domain.promises import Promise
    from ipa_core.domain.updates import StatusUpdate

BEGIN = date(2026, 3, 2)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
BEFORE, ON, AFTER, LONG_AFTER = MAY - timedelta(days=9), MAY, MAY + timedelta(days=1), MAY + timedelta(days=20)
FIRST = (an_answer(BEGIN, planned_on=MAY), MAY)


def no_date(on: date, reason: str = "") -> tuple[StatusUpdate, date | None]:
    return an_answer(on, is_plan_removed=True, reason=reason), None


def another(on: date, planned_on: date, reason: str = "") -> tuple[StatusUpdate, date | None]:
    return an_answer(on, planned_on=planned_on, reason=reason), planned_on


def silent(on: date, planned_on: date | None, reason: str = "") -> tuple[StatusUpdate, date | None]:
    """Return a line that says nothing about the date that stands."""
    return an_answer(on, progress=40, reason=reason), planned_on


@pytest.mark.parametrize(
    ("said", "due_on"),
    [
        pytest.param([], None, id="nothing was said"),
        pytest.param([FIRST], MAY, id="one date"),
        pytest.param([no_date(BEGIN)], None, id="no date"),
        pytest.param([silent(BEGIN, MAY)], MAY, id="the first saying counts with the date that stood before it"),
        pytest.param([silent(BEGIN, None)], None, id="or without any"),
        pytest.param([silent(BEGIN, None), another(BEFORE, JUNE)], JUNE, id="a date that comes later"),
        pytest.param([FIRST, silent(BEFORE, MAY)], MAY, id="a line that does not speak of it"),
        pytest.param([FIRST, another(BEFORE, JUNE)], JUNE, id="moved in time"),
        pytest.param([FIRST, another(ON, JUNE)], JUNE, id="moved on its last day"),
        pytest.param([FIRST, another(AFTER, JUNE)], MAY, id="moved too late"),
        pytest.param([FIRST, another(AFTER, JUNE, "advies")], JUNE, id="moved too late with a reason"),
        pytest.param([FIRST, (an_update(AFTER, planned_on=JUNE), JUNE)], JUNE, id="public history needs no reason"),
        pytest.param([FIRST, no_date(ON)], None, id="taken away in time"),
        pytest.param([FIRST, no_date(AFTER)], MAY, id="taken away too late"),
        pytest.param([FIRST, no_date(AFTER, "vervalt")], MAY, id="taken away too late, whatever the reason"),
        pytest.param([FIRST, no_date(BEFORE), another(LONG_AFTER, JUNE)], JUNE, id="given again after it was taken"),
        pytest.param(
            [FIRST, another(AFTER, JUNE), silent(LONG_AFTER, JUNE, "advies")], JUNE, id="the reason comes later"
        ),
        pytest.param([FIRST, another(AFTER, JUNE), silent(LONG_AFTER, JUNE)], MAY, id="no reason comes"),
        pytest.param([FIRST, silent(AFTER, MAY, "advies")], MAY, id="a reason without a date"),
        pytest.param(
            [FIRST, another(AFTER, JUNE), another(LONG_AFTER, JULY), silent(LONG_AFTER, JULY, "advies")],
            JULY,
            id="the reason belongs to the last date",
        ),
        pytest.param(
            [FIRST, another(AFTER, JUNE), no_date(LONG_AFTER), silent(LONG_AFTER, None, "advies")],
            MAY,
            id="the date for which the reason comes was taken away",
        ),
        pytest.param(
            [FIRST, another(AFTER, JUNE), another(LONG_AFTER, JULY, "advies"), silent(LONG_AFTER, JULY, "nog een")],
            JULY,
            id="a date with its reason leaves nothing waiting",
        ),
        pytest.param(
            [FIRST, another(AFTER, JUNE), silent(AFTER, JUNE, "advies"), silent(JULY, JUNE, "nog een")],
            JUNE,
            id="one reason is enough",
        ),
        pytest.param(
            [FIRST, another(AFTER, JUNE, "advies"), another(LONG_AFTER, JULY)], JULY, id="then it may move again"
        ),
        pytest.param([FIRST, another(BEFORE, JUNE), another(LONG_AFTER, JULY)], JULY, id="moved twice, each in time"),
    ],
)
def test_a_date_moves_freely_until_it_passes_and_with_a_reason_after_that(
    said: list[tuple[StatusUpdate, date | None]], due_on: date | None
) -> None:
    promise = standing_after(said)

    assert (promise.due_on if promise else None) == due_on


def test_the_promise_names_the_update_that_gave_the_date() -> None:
    (first, _), (later, _) = FIRST, another(AFTER, JUNE)
    said = [FIRST, (later, JUNE), silent(LONG_AFTER, JUNE, "advies")]

    kept = standing_after(said[:2])
    moved = standing_after(said)

    assert kept is not None
    assert moved is not None
    assert (kept.update, moved.update) == (first, later)


def standing_after(said: list[tuple[StatusUpdate, date | None]]) -> Promise | None:
    running = RunningPromise()
    for update, planned_on in said:
        running.add(update, planned_on)
    return running.standing

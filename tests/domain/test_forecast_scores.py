"""How good were the forecasts, now that we know what happened?"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.comparables import Comparables, closings
from ipa_core.domain.forecast_scores import (
    BrierScores,
    CalibrationBin,
    ForecastResult,
    ForecastScore,
    is_met,
    score_forecasts,
)
from ipa_core.domain.forecasts import Forecast
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.periods import Cadence
from ipa_core.domain.recommendations import Recurrence
from ipa_core.domain.spans import WHOLE
from ipa_core.domain.updates import Status
from ipa_core.rules.comparing import build_tables, list_results
from tests.builders import a_decision, a_dossier, a_history, a_timeline, an_update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.updates import StatusUpdate
    from ipa_core.rules.holding import DossierHistory

GIVEN, PLANNED, TODAY = date(2025, 1, 6), date(2025, 7, 1), date(2026, 1, 5)
PROMISED = an_update(GIVEN, planned_on=PLANNED)


def a_result(per_cent: int, *, is_met: bool | None, has_moved: bool = False) -> ForecastResult:
    return ForecastResult(chance=WHOLE * per_cent // 100, has_moved=has_moved, is_met=is_met)


def test_the_mean_square_of_what_the_chances_were_off_stands_beside_the_two_simple_ways() -> None:
    results = [
        *[a_result(90, is_met=True)] * 4,
        *[a_result(10, is_met=False, has_moved=True)] * 3,
        a_result(50, is_met=True, has_moved=True),
        a_result(0, is_met=None),
    ]

    score = score_forecasts(results)

    assert (score.made, score.known) == (9, 8)
    assert score.brier == BrierScores(
        forecast=pytest.approx((7 * 0.01 + 0.25) / 8), plan_is_right=3 / 8, drift_repeats=1 / 8
    )


def test_the_table_puts_the_chances_beside_what_happened() -> None:
    results = [
        *[a_result(10, is_met=False)] * 3,
        a_result(10, is_met=True),
        a_result(85, is_met=True),
        *[a_result(100, is_met=True)] * 3,
    ]

    assert score_forecasts(results).calibration == (
        CalibrationBin(first=0, last=20, forecasts=4, expected=pytest.approx(0.1), happened=0.25),
        CalibrationBin(first=80, last=100, forecasts=4, expected=pytest.approx(0.9625), happened=1.0),
    )


def test_seven_outcomes_are_too_few_for_a_number() -> None:
    results = [*[a_result(90, is_met=True)] * 7, a_result(90, is_met=None)]

    assert score_forecasts(results) == ForecastScore(made=8, known=7)


@pytest.mark.parametrize(
    ("later", "outcome"),
    [
        pytest.param((an_update(PLANNED, status=Status.COMPLETED),), True, id="on the planned date"),
        pytest.param((an_update(date(2025, 7, 2), status=Status.COMPLETED),), False, id="a day late"),
        pytest.param((), False, id="not at all"),
        pytest.param((an_update(date(2025, 3, 3), planned_on=date(2027, 1, 1)),), False, id="it moved"),
        pytest.param((an_update(date(2025, 3, 3), status=Status.DROPPED),), None, id="dropped before the date"),
        pytest.param((an_update(date(2025, 9, 1), status=Status.DROPPED),), False, id="dropped after it was late"),
        pytest.param(
            (an_update(date(2025, 6, 2), status=Status.COMPLETED), an_update(date(2025, 9, 1))),
            True,
            id="done in time, and reopened afterwards",
        ),
    ],
)
def test_a_forecast_came_true_when_the_dossier_was_completed_by_the_planned_date(
    later: tuple[StatusUpdate, ...], outcome: bool | None
) -> None:
    assert is_met(A_FORECAST, 0, a_dossier(PROMISED, *later), on=TODAY) is outcome


def test_nobody_knows_yet_while_the_planned_date_lies_ahead() -> None:
    assert is_met(A_FORECAST, 0, a_dossier(PROMISED), on=PLANNED) is None
    assert is_met(A_FORECAST, 0, a_dossier(PROMISED), on=PLANNED + timedelta(days=1)) is False


def test_a_completion_that_was_refused_is_none() -> None:
    done, refused = an_update(date(2025, 6, 2), status=Status.COMPLETED), a_decision("refuse", date(2025, 6, 3))

    assert is_met(A_FORECAST, 0, a_dossier(PROMISED, done, decisions=(refused,)), on=TODAY) is False


def test_the_next_cycle_of_a_recurring_duty_says_nothing_about_this_one() -> None:
    late = an_update(date(2025, 8, 1), status=Status.COMPLETED)
    begun_anew = an_update(date(2025, 9, 1), planned_on=date(2026, 7, 1))
    dossier = a_dossier(PROMISED, late, begun_anew, recurs=Recurrence.YEARLY)

    assert is_met(A_FORECAST, 0, dossier, on=TODAY) is False


def test_nor_does_it_take_away_that_this_one_was_done_in_time() -> None:
    done = an_update(date(2025, 6, 2), status=Status.COMPLETED)
    begun_anew = an_update(date(2025, 9, 1), planned_on=date(2026, 7, 1))

    assert is_met(A_FORECAST, 0, a_dossier(PROMISED, done, begun_anew, recurs=Recurrence.YEARLY), on=TODAY) is True


@pytest.mark.parametrize(
    ("done_on", "met"), [(GIVEN - timedelta(days=1), False), (GIVEN, True), (GIVEN + timedelta(days=1), True)]
)
def test_only_a_completion_since_the_plan_was_given_counts(done_on: date, met: bool) -> None:
    done = an_update(done_on, status=Status.COMPLETED)
    reopened = an_update(GIVEN + timedelta(days=2), planned_on=PLANNED)

    assert is_met(A_FORECAST, 0, a_dossier(done, reopened), on=TODAY) is met


A_FORECAST = Forecast(given_on=GIVEN, planned_on=PLANNED, on=GIVEN, comparables=(), weight=8, own=())


@pytest.mark.parametrize(
    ("table_on", "plans", "made"),
    [
        pytest.param(GIVEN, 8, 1, id="on the day on which the dossier was first spoken of"),
        pytest.param(GIVEN - timedelta(days=1), 8, 0, id="before anybody spoke of it"),
        pytest.param(PLANNED, 8, 1, id="on the planned date"),
        pytest.param(PLANNED + timedelta(days=1), 8, 0, id="after it"),
        pytest.param(GIVEN, 7, 0, id="with too few others to compare with"),
    ],
)
def test_a_forecast_is_made_with_each_table_that_tells_enough(table_on: date, plans: int, made: int) -> None:
    history = a_history(PROMISED, adopted_on=GIVEN)
    table = Comparables(at=start_of_day(table_on), plans=plans, slips=((100, WHOLE),))

    results = list(list_results([history], a_timeline(), [table], until=start_of_day(TODAY)))

    assert [one.is_met for one in results] == [False] * made


def test_the_forecast_of_a_later_cycle_is_judged_by_that_cycle() -> None:
    in_time = an_update(date(2025, 6, 2), status=Status.COMPLETED, planned_on=PLANNED)
    begun_anew = an_update(date(2025, 9, 1), planned_on=date(2025, 11, 3))
    done_again = an_update(date(2025, 10, 20), status=Status.COMPLETED, planned_on=date(2025, 11, 3))
    said = (PROMISED, in_time, begun_anew)
    tables = [
        Comparables(at=start_of_day(on), plans=9, slips=((100, WHOLE),)) for on in (date(2025, 3, 3), date(2025, 10, 1))
    ]

    for updates, outcomes in ((said, [True, False]), ((*said, done_again), [True, True])):
        history = a_history(*updates, adopted_on=GIVEN, recurs=Recurrence.YEARLY)
        results = list_results([history], a_timeline(), tables, until=start_of_day(TODAY))
        assert [one.is_met for one in results] == outcomes


# ---- Where dates mean something, the forecast is worth more than either simple way ----

BEGIN = date(2015, 1, 5)
END = start_of_day(date(2024, 1, 1))


def a_made_up_history(chance: Random, number: int) -> DossierHistory:
    """Draw a dossier of which each plan is met by two in five; the others are moved a little before they pass."""
    return a_history(*_said(chance, BEGIN + timedelta(days=chance.randrange(3000))), code=f"D-{number:03}")


def _said(chance: Random, on: date) -> Iterator[StatusUpdate]:
    while True:
        promised = chance.randrange(150, 450)
        yield an_update(on, planned_on=on + timedelta(days=promised))
        if chance.random() < 0.4:
            yield an_update(on + timedelta(days=promised * chance.randrange(50, 101) // 100), status=Status.COMPLETED)
            return
        on += timedelta(days=promised - chance.randrange(30))


def test_on_a_made_up_register_the_forecast_beats_the_plan_and_the_drift() -> None:
    chance = Random(24)
    histories = [a_made_up_history(chance, number) for number in range(80)]
    policies = a_timeline()
    instants = closings(Cadence.YEARLY, after=start_of_day(BEGIN), until=END)

    results = list_results(histories, policies, build_tables(histories, policies, instants), until=END)
    score = score_forecasts(results)

    assert score.brier is not None
    assert score.brier.forecast < 0.25
    assert score.brier.forecast < min(score.brier.plan_is_right, score.brier.drift_repeats)

"""When will a dossier be done, as far as its own past and that of comparable dossiers tell?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.domain.comparables import Comparables
from ipa_core.domain.forecasts import FARTHEST, Forecast, forecast, own_slips, pace_days
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.spans import WHOLE
from ipa_core.domain.updates import Status
from tests.builders import a_dossier, a_planned_date, an_update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipa_core.domain.spans import Curve
    from ipa_core.domain.updates import StatusUpdate

GIVEN = date(2026, 1, 5)
CURVE: Curve = ((80, WHOLE // 2), (100, 3 * WHOLE // 4), (200, WHOLE))
"""Half of the comparables were done at four fifths of their time, three quarters on time, all in twice their time."""


def day(number: int) -> date:
    """Return the day so many days after the plan was given; it promises a hundred days, so a day is one per cent."""
    return GIVEN + timedelta(days=number)


def a_forecast(curve: Curve = CURVE, *, made_on: int = 0, weight: int = 8, own: tuple[int, ...] = ()) -> Forecast:
    return Forecast(given_on=GIVEN, planned_on=day(100), on=day(made_on), comparables=curve, weight=weight, own=own)


@pytest.mark.parametrize(
    ("number", "per_cent"),
    [
        pytest.param(0, 75, id="three quarters were on time"),
        pytest.param(80, 75, id="on the day on which half were done it may still be"),
        pytest.param(81, 50, id="the day after, half of those who are left were on time"),
        pytest.param(100, 50, id="on the planned date"),
        pytest.param(101, 0, id="a day late"),
        pytest.param(201, 0, id="after all others were done"),
    ],
)
def test_the_chance_is_that_of_those_who_were_not_done_by_then(number: int, per_cent: int) -> None:
    assert a_forecast().chance_on(day(number)) == WHOLE * per_cent // 100
    assert a_forecast(made_on=number).chance == WHOLE * per_cent // 100


def test_long_after_its_date_there_is_no_chance_and_not_less_than_none() -> None:
    late_as_well = ((100, WHOLE // 2), (120, 3 * WHOLE // 4), (200, WHOLE))

    assert [a_forecast(late_as_well).chance_on(day(number)) for number in (101, 121, 130)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("per_cent", "curve", "number"),
    [
        pytest.param(76, CURVE, 0, id="too small from the beginning"),
        pytest.param(75, CURVE, 81, id="as large is not less"),
        pytest.param(51, CURVE, 81, id="the day after half were done"),
        pytest.param(50, CURVE, None, id="never less before the planned date"),
        pytest.param(60, ((99, WHOLE // 2), (100, 3 * WHOLE // 4)), 100, id="on the planned date itself"),
        pytest.param(60, ((100, WHOLE),), None, id="all kept their date"),
    ],
)
def test_the_first_day_with_less_hope_is_found(per_cent: int, curve: Curve, number: int | None) -> None:
    assert a_forecast(curve).first_day_below(per_cent) == (None if number is None else day(number))


def test_days_before_the_forecast_was_made_are_over() -> None:
    assert a_forecast(made_on=90).first_day_below(60) == day(90)


@pytest.mark.parametrize(
    ("per_cent", "made_on", "number"),
    [
        pytest.param(50, 0, 80, id="half"),
        pytest.param(51, 0, 100, id="a little more than half"),
        pytest.param(75, 0, 100, id="three quarters"),
        pytest.param(76, 0, 200, id="more than were on time"),
        pytest.param(100, 0, 200, id="all"),
        pytest.param(50, 81, 100, id="half of those who were not done by then"),
        pytest.param(0, 90, 90, id="not before the forecast was made"),
        pytest.param(50, 201, None, id="all others were done, so nobody can tell"),
    ],
)
def test_it_is_done_by_the_day_on_which_so_many_were(per_cent: int, made_on: int, number: int | None) -> None:
    assert a_forecast(made_on=made_on).done_on(per_cent) == (None if number is None else day(number))


def test_what_lies_too_far_ahead_is_only_later() -> None:
    assert a_forecast(((FARTHEST, WHOLE),)).done_on(50) == day(1000)
    assert a_forecast(((FARTHEST + 1, WHOLE),)).done_on(50) is None


def test_each_observation_of_its_own_weighs_as_one_comparable() -> None:
    assert a_forecast(((100, WHOLE),), weight=3, own=(101,)).chance == 3 * WHOLE // 4
    assert a_forecast(((101, WHOLE),), weight=3, own=(100,)).chance == WHOLE // 4
    assert a_forecast((), weight=2, own=(40, 90)).done_on(25) == day(40)
    assert a_forecast((), weight=2, own=(40, 90)).done_on(26) == day(90)


@pytest.mark.parametrize(
    ("reports", "days"),
    [
        pytest.param([], None, id="nothing was said"),
        pytest.param([(0, 20)], None, id="said once"),
        pytest.param([(0, 20), (40, 60)], 80, id="the second half goes as fast"),
        pytest.param([(0, 20), (10, None), (20, 20), (40, 60), (50, None)], 80, id="only what was said of progress"),
        pytest.param([(0, 0), (10, 30)], 34, id="a part of a day is a day"),
        pytest.param([(0, 99), (10, 100)], 10, id="all is done"),
        pytest.param([(0, 20), (40, 20)], None, id="no progress"),
        pytest.param([(0, 0), (40, 0)], None, id="not begun yet"),
        pytest.param([(0, 20), (40, 10)], None, id="less progress"),
        pytest.param([(0, 20), (0, 60)], None, id="on one day there is no pace"),
        pytest.param([(0, 20), (1, 21)], 80, id="one per cent in one day"),
    ],
)
def test_at_the_pace_so_far_it_is_done_in_so_many_days(reports: list[tuple[int, int | None]], days: int | None) -> None:
    entries = a_dossier(*(an_update(day(number), progress=progress) for number, progress in reports)).entries

    assert pace_days(entries, since=GIVEN) == days
    assert pace_days(entries, since=day(-5)) == (None if days is None else days + 5)


def test_milestones_tell_no_pace() -> None:
    updates = [an_update(day(0), progress=20), an_update(day(10), progress=90, milestone="M1")]

    assert pace_days(a_dossier(*updates).entries, since=GIVEN) is None


@pytest.mark.parametrize(
    ("plans", "slips"),
    [
        pytest.param([], [], id="no plan"),
        pytest.param([(0, 100)], [], id="one plan"),
        pytest.param([(0, 100), (50, 150)], [150], id="half as long again"),
        pytest.param([(0, 100), (50, 101)], [101], id="a day later"),
        pytest.param([(0, 3), (1, 4)], [134], id="rounded up"),
        pytest.param([(0, 100), (50, 80)], [], id="an earlier date"),
        pytest.param([(0, 100), (50, 80), (60, 110)], [200], id="later than the one that stood"),
        pytest.param([(0, 100), (50, 100), (60, 150)], [150], id="repeated, it counts from when it was first given"),
        pytest.param([(0, 100), (50, 150), (100, 200)], [150, 150], id="twice"),
        pytest.param([(0, 100), (20, None), (50, 150)], [150], id="taken away in between"),
        pytest.param([(50, 50), (60, 110)], [], id="the first lay not ahead"),
        pytest.param([(50, 51), (60, 61)], [1100], id="by one day"),
    ],
)
def test_each_plan_that_was_replaced_by_a_later_one_tells_how_far_it_stretched(
    plans: list[tuple[int, int | None]], slips: list[int]
) -> None:
    updates = [an_update(day(said), planned_on=None if plan is None else day(plan)) for said, plan in plans]

    assert own_slips(a_dossier(*updates).entries) == slips


def looking_ahead(*updates: StatusUpdate, table_on: int = 0, **changes: Any) -> Forecast | None:
    table = Comparables(at=start_of_day(day(table_on)), slips=CURVE)
    return forecast(a_dossier(*updates, **changes), table, weight=8)


@pytest.mark.parametrize(
    ("plans", "given"),
    [
        pytest.param([(0, 100)], 0, id="one plan"),
        pytest.param([(0, 100), (30, 100)], 0, id="repeated"),
        pytest.param([(0, 100), (30, 120)], 30, id="moved"),
        pytest.param([(0, 100), (30, 120), (40, 100), (50, 100)], 40, id="moved there and back"),
        pytest.param([(0, 100), (30, None), (40, 100)], 40, id="taken away and given again"),
        pytest.param([(99, 100)], 99, id="for the next day"),
        pytest.param([(100, 100)], None, id="for the same day"),
        pytest.param([(0, 100), (30, None)], None, id="taken away"),
        pytest.param([], None, id="no plan"),
    ],
)
def test_a_plan_is_judged_from_the_day_on_which_it_was_given(
    plans: Sequence[tuple[int, int | None]], given: int | None
) -> None:
    found = looking_ahead(
        *(an_update(day(said), planned_on=None if plan is None else day(plan)) for said, plan in plans)
    )

    assert (found.given_on if found else None) == (None if given is None else day(given))


@pytest.mark.parametrize(("table_on", "made_on"), [(-30, 10), (10, 10), (40, 40)])
def test_a_forecast_is_made_when_both_the_table_and_the_plan_are_there(table_on: int, made_on: int) -> None:
    assert looking_ahead(an_update(day(10), planned_on=day(110)), table_on=table_on) == Forecast(
        given_on=day(10), planned_on=day(110), on=day(made_on), comparables=CURVE, weight=8, own=()
    )


@pytest.mark.parametrize(
    ("updates", "own"),
    [
        pytest.param([an_update(day(0), planned_on=day(100))], (), id="nothing yet"),
        pytest.param(
            [an_update(day(0), planned_on=day(100), progress=0), an_update(day(40), planned_on=day(100), progress=20)],
            (200,),
            id="its pace",
        ),
        pytest.param(
            [an_update(day(0), planned_on=day(100)), an_update(day(50), planned_on=day(150))], (150,), id="its slip"
        ),
        pytest.param(
            [
                an_update(day(0), planned_on=day(50), progress=0),
                an_update(day(20), planned_on=day(120), progress=50),
            ],
            (20, 240),
            id="both, rising: the pace from when the plan that stands was given",
        ),
        pytest.param(
            [
                an_update(day(0), progress=0),
                an_update(day(10), progress=100),
                a_planned_date(day(140), on=day(40)),
            ],
            (0,),
            id="done before the plan was given, at that pace",
        ),
        pytest.param(
            [
                an_update(day(-90), planned_on=day(-80)),
                an_update(day(-70), status=Status.COMPLETED, planned_on=day(-60)),
                an_update(day(0), planned_on=day(100)),
            ],
            (),
            id="what lies before a reopening is another story",
        ),
    ],
)
def test_its_own_past_counts(updates: list[StatusUpdate], own: tuple[int, ...]) -> None:
    found = looking_ahead(*updates)

    assert found is not None
    assert found.own == own

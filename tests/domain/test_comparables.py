"""What became of comparable dossiers, as known at an instant?"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.comparables import closings, first_slips
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.periods import Cadence
from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.spans import WHOLE, Span, ended_shares, share_by
from ipa_core.domain.updates import Status, StatusUpdate
from tests.builders import a_dossier, a_table_of, an_update

GIVEN, PLANNED = date(2025, 1, 6), date(2025, 4, 16)
"""A hundred days, so that a day is one per cent."""
PROMISED = an_update(GIVEN, planned_on=PLANNED)


def done(days: int) -> StatusUpdate:
    return an_update(GIVEN + timedelta(days=days), status=Status.COMPLETED)


@pytest.mark.parametrize(
    ("updates", "on", "slip"),
    [
        pytest.param((PROMISED, done(100)), 500, (100, True), id="done on the planned date"),
        pytest.param((PROMISED, done(101)), 500, (101, True), id="done a day later"),
        pytest.param(
            (PROMISED, an_update(PLANNED, planned_on=date(2027, 1, 1)), done(150)), 500, (150, True), id="moved"
        ),
        pytest.param((PROMISED,), 0, (0, False), id="on the day on which it was given no day is over"),
        pytest.param((PROMISED,), 1, (0, False), id="one day later the first is"),
        pytest.param((PROMISED,), 100, (99, False), id="on the planned date itself it may still be met"),
        pytest.param((PROMISED,), 101, (100, False), id="the day after it is known that it was not"),
        pytest.param(
            (PROMISED, an_update(GIVEN + timedelta(days=60), status=Status.DROPPED)), 500, (59, False), id="dropped"
        ),
        pytest.param((an_update(GIVEN, planned_on=GIVEN + timedelta(days=1)), done(1)), 9, (100, True), id="one day"),
        pytest.param((an_update(GIVEN), done(50)), 500, None, id="no planned date"),
        pytest.param((an_update(GIVEN, planned_on=GIVEN), done(50)), 500, None, id="a date that lay not ahead"),
        pytest.param((an_update(GIVEN, planned_on=PLANNED, status=Status.COMPLETED),), 500, None, id="told when done"),
    ],
)
def test_the_first_plan_tells_how_far_it_stretched(
    updates: tuple[StatusUpdate, ...], on: int, slip: tuple[int, bool] | None
) -> None:
    found = [(one.length, one.is_over) for one in first_slips(a_dossier(*updates), on=GIVEN + timedelta(days=on))]

    assert found == ([] if slip is None else [slip])


@pytest.mark.parametrize(
    ("updates", "on", "plans"),
    [
        pytest.param((PROMISED,), 100, 0, id="on the planned date itself nobody knows"),
        pytest.param((PROMISED,), 101, 1, id="the day after it was not met"),
        pytest.param((PROMISED, done(50)), 60, 1, id="done long before"),
        pytest.param((PROMISED, an_update(GIVEN + timedelta(days=60), status=Status.DROPPED)), 500, 0, id="dropped"),
    ],
)
def test_plans_count_once_it_is_known_whether_they_were_met(
    updates: tuple[StatusUpdate, ...], on: int, plans: int
) -> None:
    at = start_of_day(GIVEN + timedelta(days=on))

    assert a_table_of([a_dossier(*updates)], at=at).plans == plans


def test_each_cycle_of_a_recurring_duty_is_a_plan_of_its_own() -> None:
    again = GIVEN + timedelta(days=200)
    dossier = a_dossier(
        PROMISED, done(90), an_update(again, planned_on=again + timedelta(days=100)), recurs=Recurrence.YEARLY
    )

    assert [(one.length, one.is_over) for one in first_slips(dossier, on=again + timedelta(days=31))] == [
        (90, True),
        (30, False),
    ]


@pytest.mark.parametrize(
    "change",
    [{"adoption": Adoption.NOT_ADOPTED}, {"depends_on": ("UIT-09",)}],
    ids=["not adopted", "waits for another"],
)
def test_who_owes_nothing_or_moves_with_another_is_not_counted(change: dict[str, object]) -> None:
    table = a_table_of([a_dossier(PROMISED, done(90), **change)], at=start_of_day(PLANNED))

    assert (table.plans, table.slips) == (0, ())


@pytest.mark.parametrize(
    ("cadence", "found"),
    [
        (Cadence.MONTHLY, ["2026-02-01", "2026-03-01", "2026-04-01"]),
        (Cadence.QUARTERLY, ["2026-04-01"]),
        (Cadence.HALF_YEARLY, []),
        (Cadence.YEARLY, []),
        (Cadence.MANUAL, []),
    ],
)
def test_a_table_is_made_on_the_day_after_a_period(cadence: Cadence, found: list[str]) -> None:
    after, until = start_of_day(date(2026, 1, 1)), start_of_day(date(2026, 4, 1))

    assert closings(cadence, after=after, until=until) == [start_of_day(date.fromisoformat(on)) for on in found]


def test_who_opens_rounds_by_hand_gets_a_table_each_year() -> None:
    after, until = at_time(date(2024, 5, 1), 9), at_time(date(2026, 4, 1), 9)

    assert closings(Cadence.MANUAL, after=after, until=until) == [
        start_of_day(date(2025, 1, 1)),
        start_of_day(date(2026, 1, 1)),
    ]


def spans(*lengths: float) -> list[Span]:
    """Return spans; a length and a half is one that is not over."""
    return [Span(length=int(length), is_over=length == int(length)) for length in lengths]


@pytest.mark.parametrize(
    ("lengths", "curve"),
    [
        pytest.param((), (), id="nobody"),
        pytest.param((10, 20, 20, 40), ((10, 250_000), (20, 750_000), (40, WHOLE)), id="all are over"),
        pytest.param((10.5, 20), ((20, WHOLE),), id="who left early tells nothing about later"),
        pytest.param((10, 15.5, 20, 30.5), ((10, 250_000), (20, 625_000)), id="who is left weighs more"),
        pytest.param((20, 20.5), ((20, 500_000),), id="who lasted just as long was there"),
    ],
)
def test_those_that_lasted_so_long_tell_how_many_end_there(
    lengths: tuple[float, ...], curve: tuple[tuple[int, int], ...]
) -> None:
    assert ended_shares(spans(*lengths)) == curve


@given(st.lists(st.builds(Span, length=st.integers(0, 300), is_over=st.booleans())))
def test_the_share_that_is_over_never_falls(found: list[Span]) -> None:
    curve = ended_shares(found)

    shares = [share_by(curve, length) for length in range(302)]

    assert shares == sorted(shares)
    assert all(0 <= share <= WHOLE for share in shares)


@given(
    st.sampled_from([*Cadence]),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
)
def test_two_looks_find_the_same_instants_as_one(
    cadence: Cadence, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted(at_time(moment.date(), moment.hour) for moment in (one, two, three))

    whole = closings(cadence, after=first, until=last)

    assert closings(cadence, after=first, until=middle) + closings(cadence, after=middle, until=last) == whole

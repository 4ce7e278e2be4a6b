"""T08: going by its own past and by comparable dossiers, the planned date will not be met."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.comparables import Comparables, Compared
from ipa_core.domain.expectations import HeldExpectation
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.programmes import PolicyKind, PolicyOverride
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status
from ipa_core.rules.applying import apply_rules, weigh
from ipa_core.rules.comparing import hold_compared
from ipa_core.rules.forecast_late import RULE
from ipa_core.rules.holding import hold_dossier
from tests.builders import LOW, MEDIUM, a_dossier, a_history, a_policy, a_table_of, a_timeline, an_update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.expectations import Expectation
    from ipa_core.domain.updates import StatusUpdate

BEGIN = date(2025, 1, 6)
TABLE_ON = date(2026, 1, 1)
PLANNED = date(2026, 10, 28)
"""300 days after the table, on which the plan is given too, so that one per cent of its time is three days."""


def a_comparable(took: int | None, *, number: int = 0, **changes: Any) -> Dossier:
    """Return a dossier that promised to take a hundred days; it took these, or is not done (None)."""
    begun = an_update(BEGIN, planned_on=BEGIN + timedelta(days=100))
    done = [] if took is None else [an_update(BEGIN + timedelta(days=took), status=Status.COMPLETED)]
    return a_dossier(begun, *done, code=f"AND-{number:02}", **changes)


def a_table(*took: int | None, on: date = TABLE_ON) -> Comparables:
    others = [a_comparable(days, number=number) for number, days in enumerate(took)]
    return a_table_of(others, at=start_of_day(on))


def expected(*updates: StatusUpdate, table: Comparables, broken_on: date | None = None, **changes: Any) -> Any:
    dossier = a_dossier(*(updates or (an_update(TABLE_ON, planned_on=PLANNED),)), **changes)
    compared = Compared(dossier=dossier, comparables=table, broken_on=broken_on)
    return next(iter(weigh(apply_rules((RULE,), compared, a_policy()), dossier)), None)


def steps(expectation: Expectation | None) -> list[tuple[date, Severity]]:
    return [(step.on, step.severity) for step in expectation.steps] if expectation else []


def on_day(per_cent: int) -> date:
    """Return the first day on which more than these per cent of the promised time are behind it."""
    return TABLE_ON + timedelta(days=3 * per_cent + 1)


NEAR = date(2026, 8, 6)
"""From the day after 5 August fewer than sixty working days are left."""


@pytest.mark.parametrize(
    ("took", "breaks_on"),
    [
        pytest.param((90,) * 8, on_day(90), id="all were done at nine tenths; who is not by then will not be"),
        pytest.param((100,) * 8, None, id="all kept their date to the day, so there is hope to the last day"),
        pytest.param((80, 80, 80, *(200,) * 5), on_day(80), id="three in eight kept it: enough, until they were done"),
        pytest.param((80, 80, *(200,) * 6), TABLE_ON, id="two in eight are too few from the beginning"),
        pytest.param((40, 80, 80, *(200,) * 5), on_day(40), id="after the first was done two in seven are left"),
        pytest.param((80, 80, 80, *(None,) * 5), on_day(80), id="who is not done long after its date was late as well"),
        pytest.param((80,) * 7, None, id="seven are too few to say anything"),
    ],
)
def test_the_chance_falls_as_the_days_pass_and_the_dossier_is_not_done(
    took: Sequence[int | None], breaks_on: date | None
) -> None:
    found = steps(expected(table=a_table(*took)))

    assert next((on for on, _ in found), None) == breaks_on


@pytest.mark.parametrize(
    ("took", "found"),
    [
        pytest.param((80, 80, *(200,) * 6), [(TABLE_ON, LOW), (NEAR, MEDIUM)], id="light while there is time"),
        pytest.param((90,) * 8, [(on_day(90), MEDIUM)], id="at once heavier when the planned date is near"),
    ],
)
def test_it_weighs_more_when_the_planned_date_is_near(
    took: Sequence[int | None], found: list[tuple[date, Severity]]
) -> None:
    assert steps(expected(table=a_table(*took))) == found


@pytest.mark.parametrize(
    ("updates", "changes"),
    [
        pytest.param((), {"adoption": Adoption.NOT_ADOPTED}, id="not adopted"),
        pytest.param((an_update(TABLE_ON, planned_on=PLANNED, status=Status.COMPLETED),), {}, id="completed"),
        pytest.param((an_update(TABLE_ON, planned_on=PLANNED, status=Status.DROPPED),), {}, id="dropped"),
        pytest.param((an_update(TABLE_ON),), {}, id="no planned date"),
        pytest.param((an_update(BEGIN, planned_on=PLANNED), an_update(TABLE_ON)), {}, id="the date was taken away"),
        pytest.param((an_update(PLANNED, planned_on=PLANNED),), {}, id="the date lay not ahead when it was given"),
        pytest.param((an_update(BEGIN, planned_on=date(2025, 12, 30)),), {}, id="the date passed before the table"),
    ],
)
def test_it_says_nothing_without_a_plan_that_may_still_be_met(
    updates: tuple[StatusUpdate, ...], changes: dict[str, Any]
) -> None:
    assert expected(*updates, table=a_table(*(200,) * 8), **changes) is None


def test_the_dossier_itself_is_no_comparable_dossier() -> None:
    others = [a_comparable(200, number=number) for number in range(7)]
    mine = [
        an_update(BEGIN, planned_on=BEGIN + timedelta(days=100)),
        an_update(date(2025, 12, 1), planned_on=PLANNED),
    ]
    table = a_table_of([*others, a_dossier(*mine)], at=start_of_day(TABLE_ON))

    assert table.plans == 8
    assert expected(*mine, table=table) is None


def test_dossiers_that_move_with_their_root_are_no_comparable_dossiers() -> None:
    waiting = [a_comparable(200, number=number, depends_on=("UIT-09",)) for number in range(8)]

    assert a_table_of(waiting, at=start_of_day(TABLE_ON)).plans == 0


def test_each_plan_that_moved_counts_as_one_more_observation_that_will_move_again() -> None:
    table = a_table(*(80,) * 4, *(200,) * 6)
    days = [BEGIN + timedelta(days=30 * n) for n in range(3)]
    moves = [an_update(on, planned_on=on + timedelta(days=20)) for on in days]
    plan = an_update(TABLE_ON, planned_on=PLANNED)

    assert steps(expected(*moves[:1], plan, table=table))[0] == (on_day(80), MEDIUM)
    assert steps(expected(*moves, plan, table=table))[0] == (TABLE_ON, LOW)


def test_progress_at_a_good_pace_counts_for_it() -> None:
    table = a_table(*(80,) * 2, *(200,) * 6)
    begun, plan = an_update(BEGIN, progress=10), an_update(TABLE_ON, planned_on=PLANNED, progress=90)

    assert steps(expected(begun, plan, table=table))[0] == (on_day(15), LOW)


def test_once_broken_it_stays_until_the_chance_is_above_a_half() -> None:
    half, more = a_table(*(80,) * 4, *(200,) * 4), a_table(*(80,) * 5, *(200,) * 3)
    broken_on = date(2025, 11, 3)

    assert steps(expected(table=half, broken_on=broken_on)) == [(broken_on, LOW), (NEAR, MEDIUM)]
    assert steps(expected(table=more, broken_on=broken_on)) == [(on_day(80), MEDIUM)]


def test_a_forecast_that_came_true_stays_until_there_is_another_plan() -> None:
    late = an_update(BEGIN, planned_on=date(2025, 12, 30))
    found = expected(late, table=a_table(*(200,) * 9), broken_on=date(2025, 10, 1))

    assert steps(found) == [(date(2025, 10, 1), LOW), (date(2025, 10, 4), MEDIUM)]


def test_priority_makes_it_a_step_heavier() -> None:
    found = expected(table=a_table(80, 80, *(200,) * 6), has_priority=True)

    assert [severity for _, severity in steps(found)] == [MEDIUM, Severity.HIGH]


def test_the_evidence_names_the_plan_the_chance_and_what_it_rests_on() -> None:
    found = expected(
        an_update(BEGIN, planned_on=TABLE_ON, progress=20),
        an_update(TABLE_ON, planned_on=PLANNED, progress=60, source="kst-2"),
        table=a_table(80, 80, 110, *(200,) * 5),
    )

    assert [(item.name, item.value, item.source) for item in found.evidence] == [
        ("planned_on", PLANNED, "kst-2"),
        ("given_on", TABLE_ON, ""),
        ("forecast_on", TABLE_ON, ""),
        ("chance", 20, ""),
        ("comparables", 8, ""),
        ("kept", 25, ""),
        ("own_slip", 184, ""),
        ("pace_days", 360, ""),
        ("p10_on", TABLE_ON + timedelta(days=240), ""),
        ("p50_on", TABLE_ON + timedelta(days=552), ""),
        ("p90_on", TABLE_ON + timedelta(days=600), ""),
    ]


def test_a_day_that_nobody_can_see_is_not_named() -> None:
    found = expected(table=a_table(80, 80, *(None,) * 6))

    assert [item.name for item in found.evidence][-1] == "p10_on"


def test_the_evidence_rounds_shares_down_to_whole_per_cents() -> None:
    found = expected(table=a_table(*(90,) * 8))

    assert [item.value for item in found.evidence if item.name in ("chance", "kept")] == [100, 100]


# ---- Held over time ----


def at(on: date) -> datetime:
    return start_of_day(on)


TABLES = [
    a_table(*(80,) * 8, on=date(2025, 10, 1)),
    a_table(*(200,) * 8, on=TABLE_ON),
    a_table(*(80,) * 4, *(200,) * 4, on=date(2026, 4, 1)),
    a_table(*(80,) * 6, *(200,) * 2, on=date(2026, 7, 1)),
]


def held(*updates: StatusUpdate, **since: Any) -> list[HeldExpectation]:
    history = a_history(*updates)
    begins_at = since.pop("begins_at", history.begins_at)
    standing = since.pop("standing", None)
    rows = hold_compared(history, a_timeline(), TABLES, begins_at=begins_at, standing=standing)
    return [row for row in rows if row.expectation.rule == "T08"]


def test_a_new_table_breaks_it_and_a_later_one_solves_it() -> None:
    rows = held(an_update(BEGIN, planned_on=date(2027, 1, 4)))

    first = [(row.held_from, row.held_until, row.breaks()[:1]) for row in rows]
    assert first == [
        (at(date(2025, 10, 1)), at(TABLE_ON), []),
        (at(TABLE_ON), at(date(2026, 4, 1)), [(at(TABLE_ON), LOW)]),
        (at(date(2026, 4, 1)), at(date(2026, 7, 1)), [(at(date(2026, 4, 1)), LOW)]),
        (at(date(2026, 7, 1)), None, [(at(date(2026, 8, 13)), LOW)]),
    ]


def test_what_is_said_between_two_tables_counts_from_then() -> None:
    moved_on = date(2026, 5, 4)

    rows = held(
        an_update(BEGIN, planned_on=date(2027, 1, 4)), an_update(moved_on, planned_on=date(2028, 1, 3), source="kst-2")
    )

    planned = {row.held_from: row.expectation.evidence[0].value for row in rows}
    assert planned[at(date(2026, 4, 1))] == date(2027, 1, 4)
    assert planned[at(moved_on)] == date(2028, 1, 3)


def test_another_threshold_counts_from_its_day() -> None:
    override = PolicyOverride(
        kind=PolicyKind.THRESHOLDS,
        code="T08",
        values={"medium_within": 5},
        valid_from=date(2026, 2, 2),
        decision="Proef",
    )
    history = a_history(an_update(BEGIN, planned_on=date(2027, 1, 4)))

    rows = hold_compared(history, a_timeline(override), TABLES[:2], begins_at=history.begins_at, standing=None)

    assert [row.held_from for row in rows if row.expectation.rule == "T08"] == [
        at(date(2025, 10, 1)),
        at(TABLE_ON),
        at(date(2026, 2, 2)),
    ]


def test_the_rules_that_compare_are_among_those_over_a_dossier() -> None:
    history = a_history(an_update(BEGIN, planned_on=date(2027, 1, 4)))

    with_tables, without = (hold_dossier(history, a_timeline(), {}, tables=tables) for tables in (TABLES, ()))

    assert [row for row in with_tables if row.expectation.rule == "T08"] == held(*history.updates)
    assert "T08" not in {row.expectation.rule for row in without}
    assert hold_dossier(history, a_timeline(), {}, tables=TABLES, rules=frozenset({"T08"})) == held(*history.updates)


days = st.integers(0, 700).map(lambda n: BEGIN + timedelta(days=n))


@st.composite
def updates(draw: st.DrawFn) -> list[StatusUpdate]:
    found = []
    for on in sorted(draw(st.lists(days, max_size=6))):
        ahead = draw(st.sampled_from([None, 10, 90, 400]))
        found.append(
            an_update(
                on,
                planned_on=on + timedelta(days=ahead) if ahead else None,
                progress=draw(st.sampled_from([None, 20, 60])),
                status=draw(st.sampled_from([Status.IN_PROGRESS, Status.IN_PROGRESS, Status.COMPLETED])),
            )
        )
    return found


@given(said=updates(), moment=days.map(at))
def test_from_any_moment_on_it_is_the_same_as_from_the_beginning(said: list[StatusUpdate], moment: datetime) -> None:
    whole = held(*said)
    standing = next(
        (row for row in whole if row.held_from < moment and (row.held_until is None or row.held_until >= moment)), None
    )
    begins_at = max(moment, a_history(*said).begins_at)

    rest = held(*said, begins_at=begins_at, standing=standing)

    kept = (row for row in whole if row.held_until is None or row.held_until > begins_at)
    assert rest == [row._replace(held_from=max(row.held_from, begins_at)) for row in kept]

"""Which thresholds, ladders and calendar held at an instant?"""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.moments import start_of_day
from ipa_core.domain.programmes import PolicyKind, PolicyOverride
from ipa_core.domain.rounds import RequestHistory
from ipa_core.rules import ALL_RULES, policies
from ipa_core.rules.holding import hold_dossier, hold_request
from ipa_core.rules.policies import (
    PolicyTimeline,
    build_timeline,
    changed_rules,
    known_codes,
    known_keys,
    ladder_over,
)
from tests.builders import (
    ADOPTED_ON,
    BEGINNING,
    a_calendar,
    a_history,
    a_policy,
    a_request,
    a_timeline,
    an_update,
)

MARCH, LATER = date(2025, 3, 3), date(2025, 6, 2)


def an_override(
    code: str = "T03",
    *,
    valid_from: date = MARCH,
    kind: PolicyKind = PolicyKind.THRESHOLDS,
    **values: Any,
) -> PolicyOverride:
    return PolicyOverride(kind=kind, code=code, values=values, valid_from=valid_from, decision="Besluit 1")


def test_the_engine_brings_values_for_every_rule() -> None:
    assert set(a_policy().thresholds) == {rule.code for rule in ALL_RULES}


def test_the_letter_of_a_rule_is_its_family() -> None:
    families = {rule.code: rule.family for rule in ALL_RULES}

    assert {code: families[code] for code in ("K04", "T02", "M01")} == {"K04": "K", "T02": "T", "M01": "M"}


def test_each_rule_has_a_code_of_its_own() -> None:
    codes = [rule.code for rule in ALL_RULES]

    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("K01", {"high_after": 10, "critical_after": 20}),
        ("T02", {"high_after": 20, "critical_after": 1}),
        ("T03", {"low_after": 125}),
        (
            "T04",
            {
                "shifts": 1,
                "window_days": 365,
                "drift_days": 90,
                "high_shifts": 3,
                "high_drift_days": 180,
                "critical_above_days": 365,
                "quiet_rounds": 2,
            },
        ),
        ("T07", {"medium_after": 125, "high_after": 250}),
        ("V01", {"reports": 2, "low_after": 130, "medium_after": 260, "high_after": 390}),
    ],
)
def test_the_defaults_are_those_of_the_specification(code: str, values: dict[str, int]) -> None:
    assert asdict(a_policy().thresholds[code].values) == values


def test_the_ladder_of_a_request_is_that_of_the_specification() -> None:
    assert asdict(a_policy().request_ladder) == {
        "h1": -10,
        "h2": -3,
        "h3": 0,
        "l1": 3,
        "l2": 5,
        "e1": 10,
        "e2": 20,
        "short_below": 15,
    }


def test_the_steps_of_a_ladder_come_in_the_order_in_which_they_go() -> None:
    h1 = an_override("request", kind=PolicyKind.LADDERS, h1=-5)

    assert list(ladder_over("request", ()).items()) == [
        ("h1", -10),
        ("h2", -3),
        ("h3", 0),
        ("l1", 3),
        ("l2", 5),
        ("e1", 10),
        ("e2", 20),
    ]
    assert list(ladder_over("signal", ())) == ["coordinator", "project_lead", "aanjager"]
    assert ladder_over("request", (h1,))["h1"] == -5


def test_an_override_changes_the_rows_from_its_day() -> None:
    timeline = a_timeline(an_override(low_after=10))

    rows = [row for row in hold_dossier(a_history(), timeline, {}) if row.expectation.rule == "T03"]

    assert [(row.held_from, row.held_until, row.expectation.steps[0].on) for row in rows] == [
        (start_of_day(ADOPTED_ON), start_of_day(MARCH), date(2025, 7, 8)),
        (start_of_day(MARCH), None, date(2025, 1, 21)),
    ]
    assert rows[1].breaks() == [(start_of_day(MARCH), rows[1].expectation.steps[0].severity)]


def test_an_override_leaves_the_rows_of_other_rules_alone() -> None:
    history = a_history(an_update(date(2025, 2, 3), planned_on=date(2026, 2, 2)))

    with_override = hold_dossier(history, a_timeline(an_override("V01", reports=1)), {})

    assert with_override == hold_dossier(history, a_timeline(), {})


def test_an_override_changes_an_open_request_from_its_day() -> None:
    timeline = a_timeline(an_override("K01", valid_from=date(2026, 10, 8), high_after=1))

    rows = hold_request(RequestHistory(request=a_request()), timeline)

    assert [(row.held_from, [step.on for step in row.expectation.steps]) for row in rows] == [
        (a_request().opened_at, [date(2026, 10, 20), date(2026, 11, 3), date(2026, 11, 17)]),
        (start_of_day(date(2026, 10, 8)), [date(2026, 10, 20), date(2026, 10, 21), date(2026, 11, 17)]),
    ]


def test_an_override_keeps_the_values_that_it_does_not_name_and_tells_its_decision() -> None:
    entry = a_timeline(an_override("T02", high_after=5)).at(start_of_day(MARCH)).thresholds["T02"]

    assert (asdict(entry.values), entry.valid_from, entry.decision) == (
        {"high_after": 5, "critical_after": 1},
        MARCH,
        "Besluit 1",
    )


def test_the_latest_override_counts_and_builds_on_those_before() -> None:
    timeline = a_timeline(
        an_override("T02", valid_from=MARCH + timedelta(days=7), critical_after=2),
        an_override("T02", valid_from=MARCH, high_after=5, critical_after=3),
    )

    found = [
        asdict(timeline.at(start_of_day(MARCH + timedelta(days=n))).thresholds["T02"].values) for n in (-1, 0, 6, 7)
    ]

    assert found == [
        {"high_after": 20, "critical_after": 1},
        {"high_after": 5, "critical_after": 3},
        {"high_after": 5, "critical_after": 3},
        {"high_after": 5, "critical_after": 2},
    ]


def test_before_its_first_instant_a_timeline_says_what_it_says_then() -> None:
    known_at = start_of_day(MARCH)
    timeline = build_timeline(
        [(start_of_day(MARCH + timedelta(days=7)), an_override(low_after=5))], [(known_at, a_calendar())]
    )

    assert timeline.at(known_at - timedelta(days=1)) == timeline.at(known_at)
    assert timeline.at(known_at).thresholds["T03"].values.low_after == 125
    assert timeline.changes_after(known_at - timedelta(days=1)) == (start_of_day(MARCH + timedelta(days=7)),)
    assert timeline.changes_after(start_of_day(MARCH + timedelta(days=7))) == ()


def test_of_two_overrides_on_one_day_the_last_one_counts() -> None:
    timeline = a_timeline(an_override(low_after=5), an_override(low_after=9))

    assert timeline.at(start_of_day(MARCH)).thresholds["T03"].values.low_after == 9


def test_values_of_which_one_is_missing_are_refused() -> None:
    partial = PolicyOverride(
        kind=PolicyKind.THRESHOLDS, code="T02", values={"high_after": 1}, valid_from=MARCH, decision="Proef"
    )

    with pytest.raises(ValueError, match="T02 lacks critical_after"):
        policies._overridden(None, partial)


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        pytest.param(a_timeline(), set(), id="nothing"),
        pytest.param(a_timeline(an_override(low_after=5)), {"T03"}, id="one threshold"),
        pytest.param(a_timeline(an_override(low_after=125)), set(), id="the value that it had"),
        pytest.param(
            a_timeline(an_override(low_after=5), an_override("T02", valid_from=LATER, high_after=9)),
            {"T02", "T03"},
            id="two, one of them later",
        ),
        pytest.param(
            a_timeline(an_override(low_after=5), an_override(valid_from=LATER, low_after=125)),
            {"T03"},
            id="for a while",
        ),
        pytest.param(a_timeline(an_override("request", kind=PolicyKind.LADDERS, h1=-8)), set(), id="a ladder"),
        pytest.param(
            a_timeline(calendars=((BEGINNING, a_calendar()), (start_of_day(LATER), a_calendar(LATER, version=2)))),
            {rule.code for rule in ALL_RULES},
            id="another calendar touches every rule",
        ),
    ],
)
def test_only_rules_with_other_thresholds_are_asked_again(after: PolicyTimeline, changed: set[str]) -> None:
    assert changed_rules(a_timeline(), after, start_of_day(MARCH)) == changed
    assert changed_rules(after, a_timeline(), start_of_day(MARCH)) == changed


def test_what_differed_before_the_instant_is_not_asked_again() -> None:
    for_a_while = a_timeline(an_override(low_after=5), an_override(valid_from=LATER, low_after=125))

    assert changed_rules(a_timeline(), for_a_while, start_of_day(LATER) - timedelta(seconds=1)) == {"T03"}
    assert changed_rules(a_timeline(), for_a_while, start_of_day(LATER)) == set()


def test_a_new_calendar_counts_from_the_moment_it_was_known() -> None:
    closed = date(2025, 7, 7)
    timeline = build_timeline((), ((BEGINNING, a_calendar()), (start_of_day(MARCH), a_calendar(closed, version=2))))

    rows = [row for row in hold_dossier(a_history(), timeline, {}) if row.expectation.rule == "T03"]

    assert [(row.held_until, row.expectation.steps[0].on) for row in rows] == [
        (start_of_day(MARCH), date(2025, 7, 8)),
        (None, date(2025, 7, 9)),
    ]


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind in PolicyKind for code in known_codes(kind)], ids=str)
def test_every_value_has_bounds_and_the_value_of_the_engine_lies_within_them(kind: PolicyKind, code: str) -> None:
    policy = a_policy()
    standing = asdict((policy.thresholds if kind is PolicyKind.THRESHOLDS else policy.ladders)[code].values)

    assert [key for key, bounds in known_keys(kind, code).items() if bounds is None] == (
        ["bands"] if code == "V06" else []
    )
    assert [
        key
        for key, bounds in known_keys(kind, code).items()
        if bounds is not None and not bounds.lowest <= standing[key] <= bounds.highest
    ] == []


def test_what_was_stored_before_there_were_bounds_is_still_read() -> None:
    timeline = a_timeline(an_override("T02", high_after=-3), an_override("signal", kind=PolicyKind.LADDERS, repeats=-2))

    assert timeline.at(start_of_day(MARCH)).thresholds["T02"].values.high_after == -3
    assert timeline.at(start_of_day(MARCH)).signal_ladder.repeats == -2


def test_a_ladder_is_what_overrides_leave_of_the_values_of_the_engine() -> None:
    overrides = [
        an_override("signal", kind=PolicyKind.LADDERS, coordinator=5, aanjager=50),
        an_override("request", kind=PolicyKind.LADDERS, h1=-8),
        an_override("signal", kind=PolicyKind.LADDERS, coordinator=6, repeats=1),
    ]

    assert list(ladder_over("signal", overrides).items()) == [
        ("coordinator", 6),
        ("project_lead", 20),
        ("aanjager", 50),
    ]


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(1, 50)), max_size=5), st.integers(-40, 40))
def test_on_any_day_the_latest_override_up_to_it_holds(found: list[tuple[int, int]], day: int) -> None:
    overrides = [an_override(valid_from=MARCH + timedelta(days=n), low_after=value) for n, value in found]

    holds = a_timeline(*overrides).at(start_of_day(MARCH + timedelta(days=day))).thresholds["T03"].values.low_after

    passed = sorted(((n, value) for n, value in found if n <= day), key=lambda item: item[0])
    assert holds == (passed[-1][1] if passed else 125)

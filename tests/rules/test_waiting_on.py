"""O05: the dossier that this one depends on is stuck."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.expectations import Expectation, HeldExpectation, rising
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status
from ipa_core.rules import waiting_on
from ipa_core.rules.holding import hold_dossier
from tests.builders import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    a_dossier,
    a_history,
    a_timeline,
    an_expectation,
    an_update,
    evidence_of,
    steps_of,
)

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
LATE = an_expectation((APRIL, MEDIUM), (MAY, HIGH), (JUNE, CRITICAL), code="WET")


@pytest.mark.parametrize(
    ("roots", "steps"),
    [
        pytest.param([], [], id="the path is free"),
        pytest.param([LATE], [(APRIL, LOW), (MAY, MEDIUM), (JUNE, HIGH)], id="as the root, one lighter"),
        pytest.param([an_expectation((APRIL, LOW))], [], id="a low step does not block the path"),
        pytest.param([an_expectation((APRIL, LOW), (MAY, MEDIUM))], [(MAY, LOW)], id="from its medium step on"),
        pytest.param([an_expectation((APRIL, HIGH), rule="K01")], [], id="late answers block nothing"),
        pytest.param([an_expectation((APRIL, HIGH), rule="O05")], [], id="who waits itself is no root"),
        *(
            pytest.param([an_expectation((APRIL, HIGH), rule=rule)], [(APRIL, MEDIUM)], id=f"{rule} of the root counts")
            for rule in ("T06", "V05", "G03", "R02")
        ),
        pytest.param(
            [LATE, an_expectation((APRIL, HIGH), rule="V05", code="BRON")],
            [(APRIL, MEDIUM), (JUNE, HIGH)],
            id="of more roots the heaviest on a day counts",
        ),
    ],
)
def test_who_waits_has_the_steps_of_the_root_one_lighter(
    roots: list[Expectation], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(waiting_on, a_dossier(), roots=roots) == steps


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.DROPPED, Status.SUPERSEDED])
def test_who_is_ready_waits_for_nobody(status: Status) -> None:
    assert steps_of(waiting_on, a_dossier(an_update(APRIL, status=status)), roots=[LATE]) == []


def test_what_was_not_adopted_waits_for_nobody() -> None:
    assert steps_of(waiting_on, a_dossier(adoption=Adoption.NOT_ADOPTED), roots=[LATE]) == []


def test_priority_of_who_waits_makes_it_as_heavy_as_the_root() -> None:
    assert steps_of(waiting_on, a_dossier(has_priority=True), roots=[LATE]) == [
        (APRIL, MEDIUM),
        (MAY, HIGH),
        (JUNE, CRITICAL),
    ]


def test_the_evidence_names_each_root_and_rule_with_its_steps_that_count() -> None:
    roots = [
        LATE,
        an_expectation((APRIL, HIGH), rule="V05", code="WET"),
        an_expectation((APRIL, LOW), rule="T03", code="WET"),
        an_expectation((APRIL, LOW), (MAY, HIGH), rule="T07", code="BRON"),
    ]

    assert evidence_of(waiting_on, a_dossier(), roots=roots) == [
        *(("root", "WET T02", ""), ("root_on", APRIL, ""), ("root_weight", "medium", "")),
        *(("root", "WET T02", ""), ("root_on", MAY, ""), ("root_weight", "high", "")),
        *(("root", "WET T02", ""), ("root_on", JUNE, ""), ("root_weight", "critical", "")),
        *(("root", "WET V05", ""), ("root_on", APRIL, ""), ("root_weight", "high", "")),
        *(("root", "BRON T07", ""), ("root_on", MAY, ""), ("root_weight", "high", "")),
    ]


def test_a_chain_adds_no_levels() -> None:
    bron = a_history(an_update(APRIL, status=Status.BLOCKED), code="BRON")
    tussen = a_history(code="TUSSEN", depends_on=("BRON",))
    eind = a_history(code="EIND", depends_on=("TUSSEN",))

    held: dict[str, list[HeldExpectation]] = {}
    for history in (bron, tussen, eind):
        held[history.code] = hold_dossier(history, a_timeline(), held)

    waiting = {
        code: [step.severity for row in rows for step in row.expectation.steps if row.expectation.rule == "O05"]
        for code, rows in held.items()
    }
    assert waiting == {"BRON": [], "TUSSEN": [MEDIUM], "EIND": []}


def test_who_waits_is_told_from_the_moment_that_the_root_is_stuck_until_it_moves() -> None:
    bron = a_history(an_update(APRIL, status=Status.BLOCKED), an_update(MAY), code="BRON")
    eind = a_history(code="EIND", depends_on=("BRON",))

    held = hold_dossier(eind, a_timeline(), {"BRON": hold_dossier(bron, a_timeline(), {})})

    blocked = [row for row in held if ("root", "BRON V05") in [(e.name, e.value) for e in row.expectation.evidence]]
    assert [(row.held_from, row.held_until) for row in blocked] == [
        (bron.updates[0].recorded_at, bron.updates[1].recorded_at)
    ]


severities = st.sampled_from([LOW, MEDIUM, HIGH, CRITICAL])
steps = st.lists(st.tuples(st.dates(APRIL, JUNE), severities), min_size=1, max_size=5)


@given(st.lists(steps, max_size=4))
def test_steps_rise_and_never_reach_the_weight_of_the_root(found: list[list[tuple[date, Severity]]]) -> None:
    roots = [an_expectation(*one, code=f"WET-{n}").shifted(0) for n, one in enumerate(found)]

    waiting = steps_of(waiting_on, a_dossier(), roots=roots)

    heaviest = max((weight for one in found for _, weight in one), default=LOW)
    assert [weight for _, weight in waiting] == sorted({weight for _, weight in waiting})
    assert [on for on, _ in waiting] == sorted(on for on, _ in waiting)
    assert max((weight for _, weight in waiting), default=Severity.INFO) == (
        heaviest.raised(-1) if heaviest > LOW else Severity.INFO
    )
    assert all(one.steps == rising(one.steps) for one in roots)

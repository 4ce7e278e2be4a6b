"""Which signals does a digest leave to the signal on their group?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ipa_core.domain.expectations import Evidence, Expectation, HeldExpectation, Step, Subject, SubjectKind
from ipa_core.domain.groups import grouped_ids, held_up_dossiers
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import Signal, SignalState
from tests.builders import CRITICAL, HIGH, LOW, MEDIUM

DAY = date(2026, 3, 2)
THEMES = {"HUI-01": "Wonen", "UIT-01": "Uitzenden"}


def a_signal(
    rule: str,
    code: str,
    severity: Severity = HIGH,
    *,
    kind: SubjectKind = SubjectKind.RECOMMENDATION,
    state: SignalState = SignalState.OPEN,
    members: tuple[str, ...] = (),
) -> Signal:
    subject = Subject(kind=kind, code=code)
    evidence = tuple(Evidence(name="member", value=member) for member in members)
    expectation = Expectation(rule=rule, subject=subject, steps=(Step(DAY, severity),), evidence=evidence)
    return Signal(
        id=f"ipa:{rule}:{code}:1",
        programme="ipa",
        rule=rule,
        subject=subject,
        dossier=code,
        episode=1,
        opened_at=start_of_day(DAY),
        severity=severity,
        state=state,
        row=HeldExpectation(expectation=expectation, held_from=start_of_day(DAY)),
    )


THEME = a_signal("S01", "Wonen", kind=SubjectKind.THEME)


@pytest.mark.parametrize(
    ("signal", "is_grouped"),
    [
        pytest.param(a_signal("T02", "HUI-01", MEDIUM), True, id="what holds up a dossier of the theme"),
        pytest.param(a_signal("T02", "HUI-01", LOW), False, id="what weighs too little to count"),
        pytest.param(a_signal("T02", "HUI-01", CRITICAL), False, id="what is critical"),
        pytest.param(a_signal("T02", "UIT-01"), False, id="another theme"),
        pytest.param(a_signal("O02", "HUI-01"), False, id="what is expected of a signal"),
        pytest.param(a_signal("R02", "HUI-01"), False, id="what only a closed dossier can have"),
        pytest.param(a_signal("T02", "HUI-01", state=SignalState.RESOLVED), False, id="what is solved"),
    ],
)
def test_the_signal_on_a_theme_speaks_for_what_it_counts(signal: Signal, is_grouped: bool) -> None:
    assert grouped_ids([THEME, signal], THEMES) == frozenset({signal.id} if is_grouped else ())


def test_what_is_lighter_is_not_told_without_what_is_heavier_on_the_same_dossier() -> None:
    heavy, light, other = a_signal("T02", "HUI-01"), a_signal("T07", "HUI-01", LOW), a_signal("T07", "HUI-02", LOW)

    found = grouped_ids([THEME, heavy, light, other], {**THEMES, "HUI-02": "Wonen"})

    assert found == frozenset({heavy.id, light.id})


def test_beside_what_is_critical_the_lighter_one_is_told() -> None:
    heavy, light = a_signal("T02", "HUI-01", CRITICAL), a_signal("T07", "HUI-01", LOW)

    assert grouped_ids([THEME, heavy, light], THEMES) == frozenset()


def test_the_dossiers_of_a_theme_are_those_that_hold_it_up() -> None:
    found = [
        a_signal("T02", "HUI-01", MEDIUM),
        a_signal("T06", "HUI-01"),
        a_signal("T07", "UIT-01", LOW),
        a_signal("R02", "HUI-01"),
    ]

    assert held_up_dossiers(found, THEMES) == {"Wonen": ("HUI-01",)}


def test_a_theme_that_is_well_again_speaks_for_nothing() -> None:
    solved = replace(THEME, state=SignalState.RESOLVED)

    assert grouped_ids([solved, a_signal("T02", "HUI-01")], THEMES) == frozenset()


def test_the_signal_on_a_shared_cause_speaks_for_those_that_it_names() -> None:
    cause = a_signal("S03", "law", kind=SubjectKind.ROOT_CAUSE, members=("V01:UIT-01:1",))
    named, other = a_signal("V01", "UIT-01", LOW), a_signal("T02", "UIT-01")

    assert grouped_ids([cause, named, other], THEMES) == frozenset({named.id})

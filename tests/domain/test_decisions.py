"""What is a decision of people about, and on which days does it hold?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ipa_core.domain.decisions import DecisionKind
from tests.builders import a_decision

MARCH = date(2026, 3, 2)


def test_every_decision_is_about_a_signal_a_solution_or_a_dossier() -> None:
    about = {kind.value: (kind.is_about_signal, kind.is_about_solution) for kind in DecisionKind}

    signal, solution, dossier = (True, False), (False, True), (False, False)
    assert about == {
        "acknowledge": signal,
        "snooze": signal,
        "explain": signal,
        "propose": signal,
        "replan": solution,
        "done": solution,
        "verify": dossier,
        "refuse": dossier,
        "adopt": dossier,
        "drop": dossier,
        "rebaseline": dossier,
        "answer": dossier,
    }


@pytest.mark.parametrize(
    ("until", "day", "holds"),
    [
        pytest.param(None, date(2099, 1, 1), True, id="without an end it goes on"),
        pytest.param(MARCH, MARCH - timedelta(days=1), True, id="before its last day"),
        pytest.param(MARCH, MARCH, True, id="on its last day"),
        pytest.param(MARCH, MARCH + timedelta(days=1), False, id="the day after"),
    ],
)
def test_a_decision_holds_up_to_and_including_its_last_day(until: date | None, day: date, holds: bool) -> None:
    assert a_decision("snooze", MARCH, until=until).holds_on(day) is holds
    assert a_decision("explain", MARCH, until=until).explains_on(day) is holds


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [pytest.param("explain", False, id="not accepted"), pytest.param("snooze", True, id="no explanation")],
)
def test_only_an_explanation_that_was_accepted_explains(kind: str, accepted: bool) -> None:
    assert not a_decision(kind, MARCH, is_accepted=accepted).explains_on(MARCH)

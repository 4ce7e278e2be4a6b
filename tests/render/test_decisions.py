"""What a person decided is told in one line, whatever the text of that person ends with."""

from __future__ import annotations

from datetime import date

import pytest

from ipa_core.render.decisions import describe_decision
from tests.rules.episodes import a_proposal, on_signal

DAY = date(2026, 2, 3)


@pytest.mark.parametrize("step", ["De wet aanpassen", "De wet aanpassen."])
def test_a_text_that_ends_in_a_period_gives_no_double_mark(step: str) -> None:
    proposed = a_proposal(DAY, planned_on=date(2026, 3, 2), review_on=date(2026, 4, 1), next_step=step)
    taken_up = on_signal("acknowledge", DAY, rule="T04", until=date(2026, 2, 13), next_step=step)

    assert "voorgesteld bij signaal T04: De wet aanpassen; SZW voert dit " in describe_decision(proposed)
    assert "opgepakt tot en met 13 februari 2026: De wet aanpassen, door " in describe_decision(taken_up)

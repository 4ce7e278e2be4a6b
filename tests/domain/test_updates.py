"""What is shown beside a value as the place where it was said."""

from __future__ import annotations

from datetime import date

import pytest

from ipa_core.domain.updates import Origin
from tests.builders import a_dossier, an_answer, an_update

MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("origin", "source", "where"),
    [
        pytest.param(Origin.REGISTER, "", "register", id="a planned date in the register"),
        pytest.param(Origin.HISTORY, "", "openbare bron", id="a line of the public history"),
        pytest.param(Origin.ANSWER, "", "opgave van SZW", id="an answer"),
        pytest.param(Origin.REGISTER, "Kamerbrief", "Kamerbrief", id="the register with its source"),
        pytest.param(Origin.HISTORY, "Kamerbrief", "Kamerbrief", id="the public history with its source"),
        pytest.param(Origin.ANSWER, "besluit van IPA", "besluit van IPA", id="a decision"),
    ],
)
def test_only_what_a_ministry_sent_is_called_its_own(origin: Origin, source: str, where: str) -> None:
    assert an_update(MARCH)._replace(origin=origin, source=source).where == where


def test_a_first_planned_date_of_the_public_record_is_not_that_of_the_ministry() -> None:
    dossier = a_dossier(an_update(MARCH, planned_on=date(2026, 12, 31)), an_answer(APRIL, progress=10))

    assert dossier.baseline is not None
    assert [item.source for item in dossier.baseline.evidence] == ["openbare bron"]
    assert dossier.plan_source() == "openbare bron"

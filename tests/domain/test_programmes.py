"""What does the calendar know of a day on which a programme is closed?"""

from datetime import date

import pytest

from ipa_core.domain.calendars import FreeDay
from ipa_core.domain.programmes import ClosedDay

FRIDAY = date(2026, 5, 15)


@pytest.mark.parametrize(
    ("said", "is_verified"),
    [
        pytest.param({}, True, id="unless somebody says otherwise it was checked"),
        pytest.param({"is_verified": True}, True, id="checked"),
        pytest.param({"is_verified": False}, False, id="nobody checked it yet"),
    ],
)
def test_a_closed_day_is_a_free_day(said: dict[str, bool], is_verified: bool) -> None:
    closed = ClosedDay(on=FRIDAY, name="Dag na Hemelvaartsdag", source="rooster", **said)

    assert closed.as_free_day() == FreeDay(on=FRIDAY, name="Dag na Hemelvaartsdag", is_verified=is_verified)

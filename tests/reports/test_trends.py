"""The planned date of a dossier over time, one point per report."""

from __future__ import annotations

from datetime import date

import pytest

from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.reports.trends import build_trend
from tests.builders import a_decision, a_dossier, an_update

FEBRUARY, MARCH, APRIL, MAY = (date(2026, month, 2) for month in (2, 3, 4, 5))
SUMMER, AUTUMN = date(2026, 7, 1), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("updates", "points"),
    [
        pytest.param((an_update(FEBRUARY),), [], id="no date was ever given"),
        pytest.param(
            (an_update(FEBRUARY), an_update(MARCH, planned_on=SUMMER), an_update(APRIL, planned_on=SUMMER)),
            [(MARCH, SUMMER, None, "first"), (APRIL, SUMMER, SUMMER, "kept")],
            id="from the first date on",
        ),
        pytest.param(
            (
                an_update(FEBRUARY, planned_on=SUMMER),
                an_update(MARCH),
                an_update(APRIL, planned_on=AUTUMN),
                an_update(MAY, planned_on=SUMMER),
            ),
            [
                (FEBRUARY, SUMMER, None, "first"),
                (MARCH, None, SUMMER, "vanished"),
                (APRIL, AUTUMN, SUMMER, "moved"),
                (MAY, SUMMER, AUTUMN, "moved"),
            ],
            id="a date that vanished is a point too, and one may move back",
        ),
        pytest.param(
            (an_update(FEBRUARY, planned_on=SUMMER), an_update(MARCH, status=Status.COMPLETED)),
            [(FEBRUARY, SUMMER, None, "first"), (MARCH, SUMMER, SUMMER, "completed")],
            id="completed",
        ),
        pytest.param(
            (an_update(FEBRUARY, planned_on=SUMMER), an_update(MARCH, status=None, milestone="M1", planned_on=AUTUMN)),
            [(FEBRUARY, SUMMER, None, "first")],
            id="a milestone has dates of its own",
        ),
    ],
)
def test_each_report_is_a_point(updates: tuple[StatusUpdate, ...], points: list[tuple[object, ...]]) -> None:
    trend = build_trend(a_dossier(*updates), on=MAY)

    assert [(one.reported_on, one.planned_on, one.before, one.kind.value) for one in trend.points] == points


def test_the_baseline_is_the_one_that_counts() -> None:
    first = an_update(FEBRUARY, planned_on=SUMMER)
    decided = a_decision("rebaseline", MARCH, planned_on=AUTUMN)

    assert build_trend(a_dossier(first), on=MAY).baseline_on == SUMMER
    assert build_trend(a_dossier(first, decisions=[decided]), on=MAY).baseline_on == AUTUMN

"""A line about a milestone is checked like one about its dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.reports.receipts import Outcome
from tests.journeys.handovers import Folder, load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.world import World

LOADED, ANSWERED, LATER = "2026-02-04", "2026-02-05", "2026-02-06"
TICKED = {"recommendation": "MS-1", "unchanged": True}


@pytest.fixture
def staged(world: World, tmp_path: Path) -> World:
    """Return a monitor in which UIT-01 of SZW has a milestone about which nobody spoke."""
    folder = Folder(tmp_path / "programma")
    folder.add(
        "milestones.csv", ("code", "recommendation", "title", "planned_on"), ("MS-1", "UIT-01", "Wet", "2026-06-30")
    )
    load(world, folder, LOADED)
    return world


@pytest.mark.parametrize(
    ("beside", "news"),
    [
        pytest.param({"status": "completed"}, "status", id="another status"),
        pytest.param({"progress": 50}, "progress", id="a progress"),
        pytest.param({"planned_on": "2026-09-30"}, "planned_on", id="another date"),
        pytest.param({"planned_on": None}, "planned_on", id="the date taken away"),
        pytest.param(
            {"status": "in_progress", "planned_on": "2026-09-30"}, "status, planned_on", id="two things at once"
        ),
    ],
)
def test_news_about_a_milestone_beside_the_tick_unchanged_goes_back(
    staged: World, beside: dict[str, Any], news: str
) -> None:
    receipt = staged.answer(ANSWERED, "SZW", {**TICKED, **beside})

    (found,) = receipt.problems
    assert (receipt.outcome, receipt.lines) == (Outcome.REJECTED, ())
    assert (found.code, found.row, found.column) == ("unchanged_with_news", 1, "unchanged")
    assert f"vult ook dit in: {news}." in found.message


def test_unchanged_may_repeat_what_stands_of_a_milestone(staged: World) -> None:
    said = {"status": "in_progress", "progress": 40, "planned_on": "2026-09-30", "reason": "Advies kwam later"}

    register = staged.answer(ANSWERED, "SZW", {**TICKED, "status": "not_started", "planned_on": "2026-06-30"})
    staged.answer(ANSWERED, "SZW", {"recommendation": "MS-1", **said})
    reported = staged.answer(LATER, "SZW", {**TICKED, **said})

    (line,) = reported.lines
    assert (register.outcome, reported.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert (line.milestone, line.status, line.progress, line.plan) == ("MS-1", None, None, None)


def test_the_tick_about_a_milestone_says_nothing_about_its_dossier(staged: World) -> None:
    # The dossier is in progress at 90% and planned on the first of January 2027.
    dossier_stands = {"status": "in_progress", "progress": 90, "planned_on": "2027-01-01"}

    receipt = staged.answer(ANSWERED, "SZW", {**TICKED, **dossier_stands})

    assert [found.code for found in receipt.problems] == ["unchanged_with_news"]

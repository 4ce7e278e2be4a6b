"""A milestone belongs to one dossier for good: a load that moves it is refused, and it goes on under a new code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.errors import InputRefused
from ipa_core.reports.receipts import Outcome
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.views import ProgrammeView
from tests.journeys.handovers import load
from tests.stored_rows import stored_rows

if TYPE_CHECKING:
    from datetime import date

    from tests.journeys.handovers import Folder
    from tests.journeys.world import World

DAY, DAY_AFTER = "2026-02-04", "2026-02-05"
HEADING = ("code", "recommendation", "title", "planned_on")


def write(folder: Folder, *rows: tuple[str, str, str, str]) -> None:
    (folder.path / "milestones.csv").unlink(missing_ok=True)
    folder.add("milestones.csv", HEADING, *rows)


def missed(world: World, as_of: str) -> list[tuple[str, str, date | None]]:
    """Each V03 that ever was: its milestone, its dossier, and when it was solved."""
    cards = [card.signal for card in world.signals(as_of, is_all=True) if card.signal.rule == "V03"]
    return sorted((one.subject.code, one.dossier, one.resolved_on) for one in cards)


def test_a_move_is_refused_with_its_line_and_nothing_of_the_load_counts(world: World, folder: Folder) -> None:
    write(folder, ("MS-8", "UIT-02", "Advies", ""), ("MS-9", "UIT-02", "Wet ingediend", "2026-01-15"))
    load(world, folder, DAY)
    write(folder, ("MS-8", "UIT-02", "Advies ontvangen", ""), ("MS-9", "UIT-01", "Wet ingediend", "2026-01-15"))
    before = stored_rows(world.app.database.engine)

    with pytest.raises(InputRefused) as refused:
        load(world, folder, DAY_AFTER)

    (found,) = refused.value.problems
    assert (found.code, found.file, found.row, found.column, found.value) == (
        *("milestone_moved", "milestones.csv", 3, "recommendation", "UIT-01"),
    )
    assert found.message == (
        "De mijlpaal MS-9 hoort al bij UIT-02 en kan niet verhuizen. "
        "Zet hier weer UIT-02, en zet de mijlpaal van UIT-01 met een nieuwe code op een eigen regel."
    )
    assert stored_rows(world.app.database.engine) == before


def test_a_move_and_a_bad_line_of_history_are_told_together(world: World, folder: Folder) -> None:
    write(folder, ("MS-9", "UIT-02", "Wet ingediend", ""))
    load(world, folder, DAY)
    write(folder, ("MS-9", "UIT-01", "Wet ingediend", ""))
    folder.add("history.csv", ("UIT-01", "2026-02-30", "SZW", "in_progress", "", "", "", "", ""))

    with pytest.raises(InputRefused) as refused:
        load(world, folder, DAY_AFTER)

    assert [found.code for found in refused.value.problems] == [
        "milestone_moved",
        "date_impossible",
    ]


def test_a_bad_last_line_of_the_history_takes_back_what_came_before_it(world: World, folder: Folder) -> None:
    load(world, folder, DAY)
    before = stored_rows(world.app.database.engine)
    good = ("UIT-01", "2026-02-02", "SZW", "in_progress", "", "", "Nieuws", "bron", "high")
    folder.add("history.csv", good, ("UIT-99", "2026-02-02", "SZW", "in_progress", "", "", "", "", ""))

    with pytest.raises(InputRefused):
        load(world, folder, DAY_AFTER)

    assert stored_rows(world.app.database.engine) == before


def test_a_milestone_goes_on_under_a_new_code_whether_or_not_its_date_had_passed(world: World, folder: Folder) -> None:
    passed, ahead = ("MS-1", "UIT-02", "Wet", "2026-01-15"), ("MS-2", "UIT-02", "Start", "2026-02-20")
    write(folder, passed, ahead)
    load(world, folder, DAY)
    world.run(DAY)

    write(
        folder,
        *(passed, (*ahead[:3], "")),
        *(("MS-1b", "UIT-01", "Wet", "2026-01-15"), ("MS-2b", "UIT-01", "Start", "2026-02-20")),
    )
    folder.add("history.csv", ("MS-1", DAY_AFTER, "SZW", "completed", "", "", "Verder als MS-1b", "besluit", "high"))
    load(world, folder, DAY_AFTER)
    world.run_daily(DAY_AFTER, "2026-02-24")

    at = world.app.moment("2026-02-24").at
    assert [(code, dossier, on and on.isoformat()) for code, dossier, on in missed(world, "2026-02-24")] == [
        ("MS-1", "UIT-02", DAY_AFTER),
        ("MS-1b", "UIT-01", None),
        ("MS-2b", "UIT-01", None),
    ]
    replayed = world.app.database.read(lambda session: replay_history(ProgrammeView(session, "ipa", at=at), None))
    assert sorted(
        (one.subject.code, one.dossier, one.resolved_on) for one in replayed.signals if one.rule == "V03"
    ) == missed(world, "2026-02-24")


def test_who_leads_the_new_dossier_answers_for_the_new_code(world: World, folder: Folder) -> None:
    write(folder, ("MS-9", "ZIC-01", "Wet", "2026-01-15"))
    load(world, folder, DAY)
    world.run(DAY)
    write(folder, ("MS-9", "ZIC-01", "Wet", ""), ("MS-9b", "UIT-01", "Wet", "2026-01-15"))
    load(world, folder, DAY_AFTER)

    answered = world.answer(DAY_AFTER, "SZW", {"recommendation": "MS-9b", "status": "completed"})

    assert answered.outcome is Outcome.ACCEPTED
    assert [(line.dossier, line.milestone) for line in answered.lines] == [("UIT-01", "MS-9b")]

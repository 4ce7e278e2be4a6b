"""A folder that was loaded before is loaded again: a history that did not change is not read a second time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from ipa_core.errors import InputRefused
from ipa_core.intake.programme_folder import read_programme
from ipa_core.store.updates import list_updates
from ipa_core.usecases.load_programme import load_programme
from ipa_core.usecases.views import ProgrammeView
from tests.journeys.handovers import Folder
from tests.stored_rows import stored_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ipa_core.domain.updates import StatusUpdate
    from ipa_core.intake.programme_folder import ProgrammeFolder
    from ipa_core.usecases.load_programme import LoadSummary
    from tests.journeys.world import World

pytestmark = pytest.mark.databases

DAY, DAY_AFTER, LATER = "2026-02-04", "2026-02-05", "2026-02-06"
LINE = ("UIT-01", "2026-01-20", "SZW", "in_progress", "40", "2026-12-01", "Het loopt", "Kamerbrief", "high")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "programme")


class Unread:
    """A history that must not be read."""

    def __iter__(self) -> Iterator[StatusUpdate]:
        raise AssertionError


@dataclass(frozen=True)
class Rewritten:
    """A history to which somebody adds a line while it is read, so that this line is missed."""

    history: Iterable[StatusUpdate]
    folder: Folder

    def __iter__(self) -> Iterator[StatusUpdate]:
        said = list(self.history)
        self.folder.add("history.csv", LINE)
        yield from said


def load(world: World, found: ProgrammeFolder, as_of: str) -> LoadSummary:
    at = world.app.moment(as_of).at
    return world.app.database.write(lambda session: load_programme(session, found, at=at))


def said_of(world: World, dossier: str) -> int:
    return len(world.app.database.read(lambda session: list_updates(session, "ipa", {dossier}))[dossier])


def test_the_same_history_is_not_read_and_nothing_is_written(world: World, folder: Folder) -> None:
    first = load(world, read_programme(folder.path), DAY)
    before = stored_rows(world.app.database.engine)

    again = load(world, replace(read_programme(folder.path), history=Unread()), DAY_AFTER)

    assert (again.new, again.changed, again.unchanged) == (0, 0, first.new)
    assert stored_rows(world.app.database.engine) == before


def test_one_more_line_counts(world: World, folder: Folder) -> None:
    load(world, read_programme(folder.path), DAY)
    folder.add("history.csv", LINE)

    again = load(world, read_programme(folder.path), DAY_AFTER)

    assert (again.new, again.changed) == (1, 0)


def test_a_line_about_an_organisation_that_is_no_longer_listed_is_refused(world: World, folder: Folder) -> None:
    folder.add("organisations.csv", ("RIVM", "RIVM", "agency", "", "", "", "proef"))
    folder.add("history.csv", (*LINE[:2], "RIVM", *LINE[3:]))
    load(world, read_programme(folder.path), DAY)
    lines = (folder.path / "organisations.csv").read_text("utf-8").splitlines(keepends=True)
    (folder.path / "organisations.csv").write_text("".join(one for one in lines if "RIVM" not in one), "utf-8")

    with pytest.raises(InputRefused) as refused:
        load(world, read_programme(folder.path), DAY_AFTER)

    assert [(one.code, one.file, one.value) for one in refused.value.problems] == [
        ("organisation_unlisted", "history.csv", "RIVM")
    ]


def test_what_was_written_while_the_history_was_read_is_read_the_next_time(world: World, folder: Folder) -> None:
    found = read_programme(folder.path)
    load(world, replace(found, history=Rewritten(found.history, folder)), DAY)
    missed = said_of(world, "UIT-01")

    load(world, read_programme(folder.path), DAY_AFTER)

    assert said_of(world, "UIT-01") == missed + 1


def test_a_history_that_goes_back_to_what_it_was_is_read_again(world: World, folder: Folder) -> None:
    as_it_was = (folder.path / "history.csv").read_text("utf-8")
    load(world, read_programme(folder.path), DAY)
    corrected = as_it_was.replace("in_progress", "completed", 1)
    (folder.path / "history.csv").write_text(corrected, "utf-8")
    assert load(world, read_programme(folder.path), DAY_AFTER).changed == 1

    (folder.path / "history.csv").write_text(as_it_was, "utf-8")

    assert load(world, read_programme(folder.path), LATER).changed == 1


def test_the_first_planned_date_comes_before_what_was_said_on_the_day_of_adoption(world: World, folder: Folder) -> None:
    found = read_programme(folder.path)
    (adopted_on,) = [one.adopted_on for one in found.recommendations if one.code == "POS-05"]
    folder.add(
        "history.csv",
        ("POS-05", adopted_on.isoformat(), "SZW", "in_progress", "10", "2026-03-02", "Begonnen", "Kamerbrief", "high"),
    )

    load(world, replace(read_programme(folder.path), initial_plans={"POS-05": date(2026, 12, 31)}), DAY)

    at = world.app.moment(DAY).at
    dossier = world.app.database.read(lambda session: ProgrammeView(session, "ipa", at=at).get_dossier("POS-05"))
    assert dossier.first_planned_on == date(2026, 12, 31)

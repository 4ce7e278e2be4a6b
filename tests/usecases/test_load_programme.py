"""A load adds to the register, so its codes must go together with those that are there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.errors import InputRefused
from tests.journeys.handovers import Folder, load
from tests.stored_rows import stored_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.journeys.world import World

ORG, REC, MIL = "organisations.csv", "recommendations.csv", "milestones.csv"
HEADING = ("code", "recommendation", "title", "planned_on")


def a_folder(path: Path, *, organisation: str, recommendations: Iterable[str], milestones: Iterable[str]) -> Folder:
    """Return the shipped programme with these besides; the milestones are steps of UIT-01."""
    folder = Folder(path)
    folder.found(organisation, valid_from="")
    rest = ("recommendation", "", "", "Titel", "", "SZW", *[""] * 10)
    folder.add(REC, *((code, *rest) for code in recommendations))
    folder.add(MIL, HEADING, *((code, "UIT-01", "Stap", "") for code in milestones))
    return folder


def test_a_code_that_the_register_has_in_other_capitals_is_refused_and_nothing_of_the_load_counts(
    world: World, tmp_path: Path
) -> None:
    first = a_folder(
        tmp_path / "first",
        organisation="Kust",
        recommendations=("Kus-1", "Kus-2"),
        milestones=("Kus-1-a", "Kus-1-b"),
    )
    again = a_folder(
        tmp_path / "again", organisation="KUST", recommendations=("kus-1", "KUS-1-A"), milestones=("KUS-2", "Kus-1-B")
    )
    last = {file: (again.path / file).read_text().count("\n") for file in (ORG, REC)}
    load(world, first, "2026-02-05")
    before = stored_rows(world.app.database.engine)

    with pytest.raises(InputRefused) as refused:
        load(world, again, "2026-02-06")

    found = refused.value.problems
    assert [(one.file, one.row, one.value) for one in found] == [
        (ORG, last[ORG], "KUST"),
        (REC, last[REC] - 1, "kus-1"),
        (REC, last[REC], "KUS-1-A"),
        (MIL, 2, "KUS-2"),
        (MIL, 3, "Kus-1-B"),
    ]
    assert {(one.code, one.column) for one in found} == {("code_known_in_other_capitals", "code")}
    assert found[2].message == (
        "De code KUS-1-A verschilt alleen in hoofdletters van Kus-1-a, die al in het register staat. "
        "In een opgave maken hoofdletters geen verschil. Schrijf hier Kus-1-a, of kies een andere code."
    )
    assert stored_rows(world.app.database.engine) == before

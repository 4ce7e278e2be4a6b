"""What the aanjager reads, and the draft for the stuurgroep, as commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

DAY = "2026-02-05"
PROJECT_LEAD = "projectleider@ipa.example"

on_sqlite = pytest.mark.parametrize("opened", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        pytest.param("weg/a.txt", "De map {place.parent} bestaat niet. Maak de map eerst, of ", id="no folder"),
        pytest.param("", "Het bestand of de map {place} is niet te openen: dit is een map.", id="a folder"),
    ],
)
@on_sqlite
def test_a_text_that_cannot_be_put_in_its_file_is_not_released(
    opened: Terminal, tmp_path: Path, place: str, told: str
) -> None:
    before, out = opened.stored(), tmp_path / place

    status, stdout, stderr = opened.type("agenda", "--release", "--by", PROJECT_LEAD, "--out", str(out), "--as-of", DAY)

    assert (status, stdout) == (1, "")
    assert stderr.startswith(told.format(place=out))
    assert opened.stored() == before


@on_sqlite
def test_a_text_that_is_refused_leaves_the_file_that_was_there(opened: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "agenda.txt"
    out.write_text("van vorige keer")
    files = sorted(tmp_path.iterdir())

    refused = opened.type("agenda", "--release", "--by", "x@y.example", "--out", str(out), "--as-of", DAY)[0]
    kept = (out.read_text(), sorted(tmp_path.iterdir()) == files)
    done, stdout, _ = opened.type("agenda", "--release", "--by", PROJECT_LEAD, "--out", str(out), "--as-of", DAY)

    assert (refused, kept) == (1, ("van vorige keer", True))
    assert done == 0
    assert stdout.startswith(out.read_text().rstrip())

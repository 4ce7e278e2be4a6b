from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from ipa_core.domain.scores import KnownKnelpunt
from ipa_core.domain.updates import Confidence
from ipa_core.errors import InputRefused
from ipa_core.intake.known_knelpunten import read_known_knelpunten

SHIPPED = Path(str(resources.files("ipa_core"))) / "programmes" / "ipa" / "known_knelpunten.csv"
HEADING = "recommendation,from,to,kind,confidence,note,source\n"


def write(folder: Path, content: str) -> Path:
    path = folder / "waarheid.csv"
    path.write_text(content, encoding="utf-8")
    return path


def problems_of(path: Path) -> list[tuple[str, str, int | None, str, str]]:
    with pytest.raises(InputRefused) as refused:
        read_known_knelpunten(path)
    return [(one.code, one.file, one.row, one.column, one.value) for one in refused.value.problems]


def test_the_shipped_knelpunten_read_clean() -> None:
    found = read_known_knelpunten(SHIPPED)

    assert len(found) == 27
    assert sum(one.is_control for one in found) == 6
    assert {one.dossier for one in found if one.confidence is Confidence.LOW} == {"HAN-05", "INS-02"}


def test_a_line_keeps_what_it_says_and_an_empty_day_is_open(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + 'UIT-01,2025-01-01,,te_laat,high,"Eén, twee",bron\nPOS-04,,,geen_knelpunt,,,\n')

    assert read_known_knelpunten(path) == (
        KnownKnelpunt(
            dossier="UIT-01",
            first=date(2025, 1, 1),
            last=None,
            kind="te_laat",
            confidence=Confidence.HIGH,
            note="Eén, twee",
            source="bron",
        ),
        KnownKnelpunt(dossier="POS-04", first=None, last=None, kind="geen_knelpunt", confidence=Confidence.MEDIUM),
    )


def test_note_and_source_may_be_absent_and_columns_may_change_places(tmp_path: Path) -> None:
    path = write(tmp_path, "kind,confidence,to,from,recommendation\nte_laat,low,2025-02-01,2025-01-01,UIT-01\n")

    assert read_known_knelpunten(path) == (
        KnownKnelpunt(
            dossier="UIT-01",
            first=date(2025, 1, 1),
            last=date(2025, 2, 1),
            kind="te_laat",
            confidence=Confidence.LOW,
        ),
    )


def test_everything_that_is_wrong_comes_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADING
        + "UIT-01,2025-02-30,gisteren,te_laat,high,,\n"
        + ",2025-02-01,2025-01-31,,zeker,,\n"
        + "UIT-02,2025-02-01\n",
    )

    assert problems_of(path) == [
        ("date_impossible", "waarheid.csv", 2, "from", "2025-02-30"),
        ("date_malformed", "waarheid.csv", 2, "to", "gisteren"),
        ("dates_reversed", "waarheid.csv", 3, "to", "2025-01-31"),
        ("value_missing", "waarheid.csv", 3, "recommendation", ""),
        ("value_missing", "waarheid.csv", 3, "kind", ""),
        ("word_unknown", "waarheid.csv", 3, "confidence", "zeker"),
        ("cell_count", "waarheid.csv", 4, "", "UIT-02,2025-02-01"),
    ]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "geen.csv") == [("file_missing", "geen.csv", None, "", "")]

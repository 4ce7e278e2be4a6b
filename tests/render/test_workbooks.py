"""The form of a request, as a spreadsheet program sees it."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from ipa_core.intake.submission_csv import CONTEXT_HEADINGS, HEADINGS
from ipa_core.render.workbooks import COLUMNS, render_workbook, words
from ipa_core.reports.workbooks import MARK_SHEET, read_mark
from tests.builders import a_request_form

if TYPE_CHECKING:
    from ipa_core.reports.workbooks import RequestForm

KEY = "sleutel"


def opened(form: RequestForm) -> Any:
    return load_workbook(io.BytesIO(render_workbook(form, KEY)))


def cells_of(sheet: Any, row: int) -> dict[str, Any]:
    return {heading.value: cell for heading, cell in zip(sheet[1], sheet[row], strict=True)}


def test_each_dossier_is_a_row_with_what_stands_now() -> None:
    sheet = opened(a_request_form())["Opgave"]

    first, second = cells_of(sheet, 2), cells_of(sheet, 3)

    assert {heading: cell.value for heading, cell in first.items() if cell.value is not None} == {
        "aanbeveling": "UIT-01",
        "titel": "=Stelsel; voor bureaus",
        "stand": "in uitvoering",
        "voortgang": 0.9,
        "planning": datetime(2027, 1, 1),
        "oorzaak": "wet",
        "effect": "gedeeltelijk",
        "oordeel": "loopt risico",
        "vorige toelichting": "Naar de Kamer",
        "uitvraag": "2026-Q3",
        "ministerie": "SZW",
    }
    assert first["titel"].data_type == "s"
    assert (first["voortgang"].number_format, first["planning"].is_date) == ("0%", True)
    assert (second["voortgang"].value, second["planning"].value, second["effect"].value) == (0, None, None)
    assert sheet.max_row == 3


def test_the_headings_are_those_that_the_reader_knows() -> None:
    headings = {column.heading for column in COLUMNS}

    assert headings == {*HEADINGS, *CONTEXT_HEADINGS} - {"programma"}


def test_only_the_cells_with_answers_can_be_changed() -> None:
    book = opened(a_request_form())

    cells = cells_of(book["Opgave"], 2)

    locked = {heading for heading, cell in cells.items() if cell.protection.locked}
    assert locked == {"aanbeveling", "titel", "vorige toelichting", "uitvraag", "ministerie"}
    assert all(sheet.protection.sheet for sheet in book)


def test_lists_dates_and_percentages_refuse_in_dutch() -> None:
    sheet = opened(a_request_form())["Opgave"]

    rules = {sheet[f"{str(rule.sqref)[0]}1"].value: rule for rule in sheet.data_validations.dataValidation}

    assert {heading: rule.type for heading, rule in rules.items() if rule.type} == {
        "ongewijzigd": "list",
        "stand": "list",
        "oorzaak": "list",
        "effect": "list",
        "oordeel": "list",
        "voortgang": "decimal",
        "planning": "custom",
    }
    assert rules["stand"].formula1 == '"niet gestart,in uitvoering,afgerond,stilgevallen,ingetrokken,anders ingevuld"'
    assert (rules["voortgang"].formula1, rules["voortgang"].formula2) == ("0", "1")
    assert str(rules["planning"].sqref) == "F2:F3"
    assert "LOWER(F2)=" in rules["planning"].formula1
    assert {rule.errorTitle for rule in rules.values()} == {"Dit kunnen wij niet lezen"}
    assert all(rule.error for rule in rules.values() if rule.type)
    assert all(rule.prompt for rule in rules.values())


def test_the_form_is_ready_to_read_and_to_print() -> None:
    book = opened(a_request_form())
    sheet = book["Opgave"]

    assert sheet.freeze_panes == "C2"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet["G2"].alignment.wrap_text
    explained = [cell.value for (cell,) in book["Uitleg"].iter_rows(max_col=1) if cell.value]
    assert explained[0] == "Programma: uitvraag 2026-Q3 voor SZW"
    assert explained[1] == "Wilt u antwoorden uiterlijk donderdag 15 oktober 2026?"
    assert any("Is er niets veranderd?" in line for line in explained)
    assert any("stuur het terug" in line for line in explained)
    assert not any("{" in line for line in explained)


def test_what_is_out_of_sight_tells_for_whom_the_form_was_made() -> None:
    form = a_request_form()
    sheet = opened(form)[MARK_SHEET]

    rows = [[cell.value or "" for cell in row if cell is not None] for row in sheet.iter_rows()]

    assert sheet.sheet_state == "veryHidden"
    assert read_mark(rows, KEY) == form.mark
    assert read_mark(rows, "andere") is None
    assert form.mark.filled_in[0] == (
        "UIT-01", "=Stelsel; voor bureaus", "in_progress", "90", "2027-01-01", "partial", "at_risk", "law",
    )  # fmt: skip


@pytest.mark.parametrize("row", range(8), ids=lambda row: f"row {row + 1}")
def test_every_cell_out_of_sight_is_sealed(row: int) -> None:
    rows = [list(cells) for cells in a_request_form().mark.as_rows(KEY)]

    rows[row][1] += "x"

    # The headings of the list say nothing.
    assert (read_mark(rows, KEY) is None) is (row != 5)


def test_the_same_form_gives_the_same_bytes() -> None:
    assert render_workbook(a_request_form(), KEY) == render_workbook(a_request_form(), KEY)


def test_a_form_without_dossiers_can_be_opened() -> None:
    assert opened(a_request_form(rows=()))["Opgave"].max_row == 1


def test_the_words_fit_in_what_excel_allows() -> None:
    texts = [*words()["prompts"].values(), *words()["errors"].values()]

    assert max(map(len, texts)) <= 255
    assert len(words()["errors"]["title"]) <= 32
    assert set(words()["prompts"]) == {column.heading for column in COLUMNS if column.look != "locked"}

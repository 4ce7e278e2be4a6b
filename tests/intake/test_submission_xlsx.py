"""A table in Excel: cells say what a colleague would have typed, and what cannot be read goes back with its name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from ipa_core.domain.updates import Plan
from ipa_core.intake import workbook_sheets
from ipa_core.intake.submissions import ReadSubmission, read_submission
from ipa_core.intake.workbook_child import as_number, describe
from tests.workbooks import HEADER_XML, ROW, a_workbook, cell, row, with_sheet_data, with_text


@pytest.fixture(autouse=True)
def _no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the workbooks in this process, which is faster; `test_hostile_workbooks.py` starts the child."""
    monkeypatch.setattr(workbook_sheets, "_run_child", describe)


HEADINGS = ("aanbeveling", "stand", "voortgang", "planning", "toelichting", "ongewijzigd")


def read(content: bytes) -> ReadSubmission:
    return read_submission("opgave.xlsx", content)


def told(content: bytes) -> list[tuple[str, int | None, str, str]]:
    return [(found.code, found.row, found.column, found.value) for found in read(content).problems]


def test_numbers_dates_and_booleans_say_what_was_meant() -> None:
    content = a_workbook(
        HEADINGS,
        ("A", "in uitvoering", (0.9, "0%"), date(2026, 12, 31), 2026, None),
        ("B", "in uitvoering", (1, "0.00%"), "31-12-2026", "tekst", False),
        ("C", "in uitvoering", 90, datetime(2026, 12, 31, 14, 30), (0.5, '0"%"'), None),
        ("D", "in uitvoering", 0.29, "vervallen", None, None),
        (3, None, None, None, None, True),
        ("F", "in uitvoering", (0.29, "0%"), None, "eerste\nregel", None),
    )

    found = read(content)

    assert found.problems == ()
    assert [(line.row, line.dossier, line.progress, line.plan, line.note) for line in found.lines] == [
        (2, "A", 90, Plan(on=date(2026, 12, 31)), "2026"),
        (3, "B", 100, Plan(on=date(2026, 12, 31)), "tekst"),
        (4, "C", 90, Plan(on=date(2026, 12, 31)), "0,5"),
        (5, "D", 29, Plan(on=None), ""),
        (6, "3", None, None, ""),
        (7, "F", 29, None, "eerste\nregel"),
    ]
    assert [line.is_unchanged for line in found.lines] == [False, False, False, False, True, False]


@pytest.mark.parametrize(
    ("value", "is_percentage", "text"),
    [
        pytest.param(3.0, False, "3", id="a whole number has no decimals"),
        pytest.param(90, False, "90", id="a round number is not written with an exponent"),
        pytest.param(0.1 + 0.2, True, "30%", id="what a sum leaves behind the fifteenth digit is no part of it"),
        pytest.param(0.125, True, "12,5%", id="a half percent stays half"),
        pytest.param(1e308, False, "1e+308", id="too large to write out"),
        pytest.param(float("inf"), True, "inf", id="no number at all"),
    ],
)
def test_a_number_is_written_as_the_dutch_write_it(value: float, is_percentage: bool, text: str) -> None:
    assert as_number(value, is_percentage=is_percentage) == text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param((0.125, "0%"), "progress_not_whole", id="a percentage with a half"),
        pytest.param((90, "0%"), "progress_out_of_range", id="9000%"),
        pytest.param(1e308, "number_malformed", id="a number beyond all sense"),
        pytest.param(True, "number_malformed", id="true"),
        pytest.param(date(2026, 1, 1), "number_malformed", id="a date"),
    ],
)
def test_a_progress_that_is_none_goes_back(value: Any, code: str) -> None:
    content = a_workbook(HEADINGS, ("A", "afgerond", value), ("B", "afgerond"))

    assert [(found[0], found[1], found[2]) for found in told(content)] == [(code, 2, "voortgang")]
    assert [line.dossier for line in read(content).lines] == ["B"]


def test_days_outside_the_calendar_of_excel_go_back() -> None:
    content = a_workbook(
        HEADINGS,
        ("A", "afgerond", None, (1, "d-m-yyyy")),
        ("B", "afgerond", None, (-5, "d-m-yyyy")),
        ("C", "afgerond", None, (0.5, "h:mm")),
    )

    assert [(found[0], found[1]) for found in told(content)] == [
        ("date_out_of_range", 2),
        ("date_out_of_range", 3),
        ("date_unclear", 4),
    ]


def test_a_workbook_that_counts_days_from_1904_gives_the_same_day() -> None:
    content = a_workbook(HEADINGS, ("A", "afgerond", None, (46022 - 1462, "d-m-yyyy")))
    content = with_text(content, b"<workbookPr ", b'<workbookPr date1904="1" ', part="xl/workbook.xml")

    assert read(content).lines[0].plan == Plan(on=date(2025, 12, 31))


def test_a_formula_counts_by_what_was_stored_and_goes_back_without() -> None:
    rows = (
        row(2, cell("A2", "A"), b'<c r="B2" t="str"><f>"afge"&amp;"rond"</f><v>afgerond</v></c>')
        + row(3, cell("A3", "B"), b'<c r="B3"><f>C3</f><v></v></c>')
        + row(4, cell("A4", "C"), b'<c r="B4"><f>C4</f></c>')
        + row(5, cell("A5", "D"), cell("B5", "afgerond"), b'<c r="C5" t="str"><f>""</f><v></v></c>')
    )

    found = read(with_sheet_data(HEADER_XML + rows))

    assert [line.dossier for line in found.lines] == ["A", "D"]
    assert [(one.code, one.row, one.column) for one in found.problems] == [
        ("cell_formula", 3, "stand"),
        ("cell_formula", 4, "stand"),
    ]
    assert "cel B3" in found.problems[0].message


def test_a_cell_with_an_error_goes_back_with_its_name() -> None:
    content = with_sheet_data(HEADER_XML + row(2, cell("A2", "A"), b'<c r="B2" t="e"><v>#REF!</v></c>'))

    (found,) = read(content).problems

    assert (found.code, found.row, found.column, found.value) == ("cell_error", 2, "stand", "#REF!")
    assert "cel B2" in found.message


def test_headings_may_stand_below_a_title_and_problems_count_the_rows_of_the_sheet() -> None:
    content = a_workbook(("Opgave van SZW",), (), ("Aanbeveling ", "STAND", "Titel"), (*ROW, "x"), ("B", "klaar"))

    assert [line.row for line in read(content).lines] == [4]
    assert told(content) == [("word_not_known", 5, "STAND", "klaar")]


def test_the_sheet_with_our_headings_is_read_wherever_it_stands() -> None:
    table = (("aanbeveling", "stand"), ROW)
    other = (("begroting", 2026), ("huur", 12))

    found = read(a_workbook(sheets={"Geld": other, "Opgave": table, "Leeg": ()}))

    assert [line.dossier for line in found.lines] == ["A"]


def test_two_sheets_with_our_headings_go_back_unless_one_is_hidden() -> None:
    table = (("aanbeveling", "stand"), ROW)
    content = a_workbook(sheets={"Oud": table, "Nieuw": table})
    hidden = with_text(
        content, b'name="Oud" sheetId="1"', b'name="Oud" sheetId="1" state="hidden"', part="xl/workbook.xml"
    )

    assert told(content) == [("workbook_sheets_double", None, "", "Oud, Nieuw")]
    assert len(read(hidden).lines) == 1


def test_hidden_rows_are_read() -> None:
    content = a_workbook(("aanbeveling", "stand"), ROW)

    hidden = with_text(content, b'<row r="2"', b'<row r="2" hidden="1"')

    assert len(read(hidden).lines) == 1


def test_a_cell_without_a_heading_is_named() -> None:
    content = a_workbook(("aanbeveling", "stand"), (*ROW, None, "zomaar"), ("B", "afgerond"))

    (found,) = read(content).problems

    assert (found.code, found.row, found.value) == ("cell_without_heading", 2, "zomaar")
    assert "cel D2" in found.message
    assert [line.dossier for line in read(content).lines] == ["B"]


def test_a_wide_table_of_something_else_beside_ours_does_no_harm() -> None:
    wide = (tuple(range(80)), ("x",))

    found = read(a_workbook(sheets={"Geld": wide, "Opgave": (("aanbeveling", "stand"), ROW)}))

    assert len(found.lines) == 1


def test_a_row_below_the_size_that_the_sheet_tells_is_not_lost() -> None:
    content = a_workbook(("aanbeveling", "stand"), ROW, ("B", "afgerond"))

    lying = with_text(content, b'<dimension ref="A1:B3"/>', b'<dimension ref="A1:A1"/>')

    assert [line.dossier for line in read(lying).lines] == ["A", "B"]


def test_an_empty_workbook_is_empty() -> None:
    assert [one[0] for one in told(a_workbook(()))] == ["file_empty"]
    assert [one[0] for one in told(a_workbook(("aanbeveling", "stand")))] == ["lines_missing"]
    assert {one[0] for one in told(a_workbook(("naam", "waarde"), ("x", 1)))} == {"heading_unknown", "heading_required"}

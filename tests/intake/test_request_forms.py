"""Our own form comes back: whatever was changed in it that was not for them to change is found."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from ipa_core.domain.updates import Effect, Rating, Status
from ipa_core.intake import workbook_sheets
from ipa_core.intake.submissions import ReadSubmission, read_submission
from ipa_core.intake.workbook_child import describe
from ipa_core.render.workbooks import render_workbook
from ipa_core.reports.workbooks import MARK_SHEET
from tests.builders import a_request_form
from tests.workbooks import a_workbook, edited

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "sleutel"


@pytest.fixture(autouse=True)
def _no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the workbooks in this process, which is faster; `test_hostile_workbooks.py` starts the child."""
    monkeypatch.setattr(workbook_sheets, "_run_child", describe)


def read(edit: Callable[[Any], None] = lambda _: None, *, key: str | None = KEY) -> ReadSubmission:
    return read_submission("a.xlsx", edited(render_workbook(a_request_form(), KEY), edit), form_key=key)


def change(cell: str, value: Any, sheet: str = "Opgave") -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        book[sheet][cell] = value

    return edit


def test_a_form_that_nobody_touched_says_unchanged_on_every_line() -> None:
    found = read()

    assert found.problems == ()
    assert (found.programme, found.round, found.organisation) == ("ipa", "2026-Q3", "SZW")
    assert [(line.row, line.dossier, line.status, line.is_unchanged) for line in found.lines] == [
        (2, "UIT-01", None, True),
        (3, "UIT-02", None, True),
    ]


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        pytest.param("D2", "afgerond", {"status": Status.COMPLETED}, id="the status"),
        pytest.param("E2", 0.95, {"progress": 95}, id="the progress"),
        pytest.param("E2", None, {"is_unchanged": True}, id="the progress made empty"),
        pytest.param("D2", "In Uitvoering ", {"is_unchanged": True}, id="the same in capitals"),
        pytest.param("F2", "1-1-2027", {"is_unchanged": True}, id="the same date as text"),
        pytest.param("L2", "zichtbaar", {"effect": Effect.VISIBLE, "is_unchanged": True}, id="the effect"),
        pytest.param("M2", "op koers", {"rating": Rating.ON_TRACK, "is_unchanged": True}, id="the rating"),
        pytest.param("H2", "Loopt", {"note": "Loopt", "is_unchanged": True}, id="a note"),
        pytest.param("N2", "iets", {"is_unchanged": True}, id="a grey cell that says nothing"),
    ],
)
def test_only_what_somebody_else_filled_in_is_said(cell: str, value: Any, said: dict[str, Any]) -> None:
    nothing = {
        "status": None, "progress": None, "plan": None, "effect": None, "rating": None, "root_cause": None, "note": "",
        "is_unchanged": False,
    }  # fmt: skip

    found = read(change(cell, value))

    assert found.problems == ()
    assert {name: getattr(found.lines[0], name) for name in nothing} == {**nothing, **said}


def test_a_row_moved_to_another_code_goes_back_and_the_others_count() -> None:
    found = read(change("A2", "UIT-02"))

    assert [(one.code, one.row, one.column, one.value) for one in found.problems] == [
        ("form_row_changed", 2, "aanbeveling", "UIT-02")
    ]
    assert "cel A2" in found.problems[0].message
    assert [line.dossier for line in found.lines] == ["UIT-02"]


def test_a_row_that_was_added_goes_back() -> None:
    def edit(book: Any) -> None:
        book["Opgave"]["A4"], book["Opgave"]["D4"] = "HUI-01", "afgerond"

    assert [(one.code, one.row) for one in read(edit).problems] == [("form_row_changed", 4)]


def test_rows_may_be_sorted_or_left_out() -> None:
    def edit(book: Any) -> None:
        book["Opgave"].delete_rows(2)

    found = read(edit)

    assert (found.problems, [line.dossier for line in found.lines]) == ((), ["UIT-02"])


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        pytest.param("P", "BZK", "ministerie", id="the ministry"),
        pytest.param("O", "2025-Q3", "uitvraag", id="the round"),
    ],
)
def test_a_form_that_was_made_for_another_goes_back_as_a_whole(column: str, value: str, named: str) -> None:
    def edit(book: Any) -> None:
        for cell in book["Opgave"][column][1:]:
            cell.value = value

    found = read(edit)

    assert found.is_broken
    assert [(one.code, one.column, one.value) for one in found.problems] == [("form_made_for_other", named, value)]


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        pytest.param(lambda _: None, "een andere sleutel", id="signed by another monitor"),
        pytest.param(lambda _: None, None, id="no key to look with"),
        pytest.param(change("B4", "BZK", MARK_SHEET), KEY, id="the hidden ministry was changed"),
        pytest.param(change("C7", "afgerond", MARK_SHEET), KEY, id="what we filled in was changed"),
        pytest.param(change("A9", "HUI-01", MARK_SHEET), KEY, id="a hidden code was added"),
        pytest.param(change("B5", None, MARK_SHEET), KEY, id="the seal was taken away"),
        pytest.param(lambda book: book[MARK_SHEET].delete_rows(1, 9), KEY, id="the hidden sheet was made empty"),
    ],
)
def test_a_form_whose_seal_does_not_fit_goes_back(edit: Callable[[Any], None], key: str | None) -> None:
    found = read(edit, key=key)

    assert found.is_broken
    assert [one.code for one in found.problems] == ["form_seal_wrong"]


def test_the_table_of_a_form_in_a_workbook_of_their_own_is_a_table_of_their_own() -> None:
    book = load_workbook(io.BytesIO(render_workbook(a_request_form(), KEY)))
    rows = [[cell.value for cell in row] for row in book["Opgave"].iter_rows()]

    found = read_submission("a.xlsx", a_workbook(*rows))

    assert found.problems == ()
    assert [(line.dossier, line.status, line.progress) for line in found.lines] == [
        ("UIT-01", Status.IN_PROGRESS, 90),
        ("UIT-02", Status.NOT_STARTED, 0),
    ]

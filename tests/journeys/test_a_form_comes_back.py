"""A ministry gets its form in Excel, and sends it back: untouched, filled in, or not as we made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.domain.updates import Rating, Status
from ipa_core.errors import RequestSettled, UnknownRequest, UnknownRound
from ipa_core.render.workbooks import render_workbook
from ipa_core.reports.receipts import Outcome, Receipt
from ipa_core.store import rounds
from ipa_core.usecases.open_round import waive_request
from ipa_core.usecases.show_workbook import show_workbook
from ipa_core.usecases.views import ProgrammeView
from tests.workbooks import edited

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.reports.workbooks import RequestForm
    from tests.journeys.world import World

OPENED, ANSWERED = "2026-02-04", "2026-02-12"
COLUMN = {"ongewijzigd": "C", "stand": "D", "voortgang": "E", "planning": "F", "reden": "G", "toelichting": "H"}


def a_form(world: World, ministry: str = "SZW", as_of: str = OPENED, round_code: str = "2025-Q4") -> RequestForm:
    at = world.app.moment(as_of).at
    return world.app.database.read(
        lambda session: show_workbook(ProgrammeView(session, "ipa", at=at), round_code, ministry)
    )


def send_back(world: World, edit: Callable[[Any], None] = lambda _: None, **form: str) -> Receipt:
    content = render_workbook(a_form(world, **form), world.app.secret_key)
    return world.collect(ANSWERED, "opgave.xlsx", edited(content, edit))


def row_of(sheet: Any, code: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == code)


def fill(book: Any, code: str, **cells: Any) -> None:
    sheet = book["Opgave"]
    for heading, value in cells.items():
        sheet[f"{COLUMN[heading]}{row_of(sheet, code)}"] = value


def dossier(world: World, code: str) -> Dossier:
    at = world.app.moment(ANSWERED).at
    return world.app.database.read(lambda session: ProgrammeView(session, "ipa", at=at).get_dossier(code))


def test_an_untouched_form_says_the_same_as_before(opened: World) -> None:
    before = dossier(opened, "UIT-01")

    inbox = opened.app.settings.inbox_folder
    inbox.mkdir(exist_ok=True)
    (inbox / "szw.xlsx").write_bytes(render_workbook(a_form(opened), opened.app.secret_key))

    (receipt,) = opened.app.collect(None, opened.app.moment(ANSWERED).at)

    after = dossier(opened, "UIT-01")
    assert (receipt.outcome, receipt.problems, len(receipt.lines)) == (Outcome.ACCEPTED, (), 31)
    assert all(line.is_unchanged for line in receipt.lines)
    assert len(after.entries) == len(before.entries) + 1
    assert after.last_material_change == before.last_material_change
    assert (after.status, after.progress, after.planned_on) == (before.status, before.progress, before.planned_on)
    request = opened.app.database.read(lambda session: rounds.find_request(session, "ipa", "2025-Q4", "SZW"))
    assert request is not None
    assert request.answered_at == opened.app.moment(ANSWERED).at


def test_what_is_filled_in_counts_and_the_rest_stays(opened: World) -> None:
    def edit(book: Any) -> None:
        fill(book, "UIT-01", voortgang=0.95, planning=date(2027, 7, 1), reden="De Kamer stemt later")
        fill(book, "UIT-02", planning="vervallen", reden="Geen datum meer")
        fill(book, "POS-05", stand="afgerond", ongewijzigd=None)
        fill(book, "HAN-06", ongewijzigd="ja", toelichting="Loopt")
        book["Opgave"][f"M{row_of(book['Opgave'], 'INS-04')}"] = "op koers"

    receipt = send_back(opened, edit)

    said = {line.dossier: line for line in receipt.lines}
    assert receipt.outcome is Outcome.ACCEPTED
    moved = dossier(opened, "UIT-01")
    assert (moved.status, moved.progress, moved.planned_on) == (Status.IN_PROGRESS, 95, date(2027, 7, 1))
    assert dossier(opened, "UIT-02").planned_on is None
    assert dossier(opened, "POS-05").status is Status.COMPLETED
    assert (said["HAN-06"].is_unchanged, said["HAN-06"].note) == (True, "Loopt")
    assert (said["INS-04"].is_unchanged, said["INS-04"].rating) == (True, Rating.ON_TRACK)


def test_a_cell_that_was_left_as_it_was_does_not_undo_what_came_in_since(opened: World) -> None:
    form = render_workbook(a_form(opened), opened.app.secret_key)
    opened.answer(
        "2026-02-10",
        "SZW",
        {"recommendation": "UIT-01", "status": "completed", "progress": 100, "planned_on": "2026-02-10", "reason": "x"},
        {"recommendation": "UIT-02", "status": "blocked", "planned_on": "2028-01-01", "reason": "x"},
        {"recommendation": "HAN-06", "status": "blocked"},
    )

    def edit(book: Any) -> None:
        fill(book, "UIT-01", ongewijzigd="ja")
        fill(book, "HAN-06", voortgang=0.2)
        fill(book, "UIT-03", voortgang=0.91)

    receipt = opened.collect(ANSWERED, "opgave.xlsx", edited(form, edit))

    assert (receipt.outcome, receipt.problems) == (Outcome.ACCEPTED, ())
    assert (dossier(opened, "UIT-01").status, dossier(opened, "UIT-01").progress) == (Status.COMPLETED, 100)
    assert (dossier(opened, "UIT-02").status, dossier(opened, "UIT-02").planned_on) == (
        Status.BLOCKED,
        date(2028, 1, 1),
    )
    assert (dossier(opened, "HAN-06").status, dossier(opened, "HAN-06").progress) == (Status.BLOCKED, 20)
    assert dossier(opened, "UIT-03").progress == 91


def test_ticked_as_unchanged_with_another_value_beside_it_goes_back(opened: World) -> None:
    receipt = send_back(opened, lambda book: fill(book, "UIT-01", ongewijzigd="ja", voortgang=0.5))

    (found,) = receipt.problems
    assert (receipt.outcome, found.code, found.column) == (Outcome.PARTLY, "unchanged_with_news", "ongewijzigd")


def test_a_form_of_another_programme_goes_back(opened: World) -> None:
    form = replace(a_form(opened), programme="water")

    receipt = opened.collect(ANSWERED, "opgave.xlsx", render_workbook(form, opened.app.secret_key))

    assert [(found.code, found.value) for found in receipt.problems] == [("programme_unknown", "water")]


def test_there_is_no_form_for_what_is_not_asked(opened: World) -> None:
    with pytest.raises(UnknownRound):
        a_form(opened, round_code="2024")
    with pytest.raises(UnknownRound):
        a_form(opened, as_of="2026-02-03")
    with pytest.raises(UnknownRequest):
        a_form(opened, "AZ")


def test_after_a_part_of_the_answer_the_form_asks_for_the_rest(opened: World) -> None:
    opened.answer("2026-02-10", "SZW", {"recommendation": "UIT-01", "unchanged": True})

    rest = a_form(opened, as_of="2026-02-11")
    receipt = send_back(opened, as_of="2026-02-11")

    assert len(a_form(opened, as_of="2026-02-09").rows) == 31
    assert len(rest.rows) == 30
    assert "UIT-01" not in {row.code for row in rest.rows}
    assert (receipt.outcome, len(receipt.lines)) == (Outcome.ACCEPTED, 30)
    with pytest.raises(RequestSettled):
        a_form(opened, as_of=ANSWERED)


def test_who_was_excused_after_a_part_of_the_answer_gets_no_form(opened: World) -> None:
    at = opened.app.moment("2026-02-05").at
    opened.app.database.write(
        lambda session: waive_request(session, "ipa", "2025-Q4", "SZW", reason="verhuizing", by="", at=at)
    )
    opened.answer("2026-02-10", "SZW", {"recommendation": "UIT-01", "unchanged": True})

    with pytest.raises(RequestSettled):
        a_form(opened, as_of=ANSWERED)

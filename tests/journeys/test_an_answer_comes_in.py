"""Answers come in by file: what is right counts, what is wrong goes back with its cell, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from ipa_core.app import SHIPPED
from ipa_core.domain.updates import Status
from ipa_core.errors import WriteInThePast
from ipa_core.reports.receipts import Outcome
from ipa_core.sources.drop_folder import DropFolder
from ipa_core.store import submissions
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from pathlib import Path

    from ipa_core.domain.dossiers import Dossier
    from tests.journeys.world import World

OPENED = "2026-02-04"
ANSWERED = "2026-02-05"


def dossier(world: World, code: str, as_of: str = ANSWERED) -> Dossier:
    at = world.app.moment(as_of).at
    return world.app.database.read(lambda session: ProgrammeView(session, "ipa", at=at).get_dossier(code))


def test_a_json_file_and_a_dutch_csv_give_the_same_facts(opened: World) -> None:
    opened.answer(
        ANSWERED,
        "BZK",
        {
            "recommendation": "ZIC-01",
            "status": "in_progress",
            "progress": 90,
            "planned_on": "2026-12-31",
            "reason": "Coördinatie kost tijd",
        },
    )
    csv = (
        "Uitvraag;Ministerie;Aanbeveling;Stand;Voortgang;Planning;Reden\r\n"
        "2025-Q4;BZK;ZIC-02;In uitvoering;90%;31-12-2026;Coördinatie kost tijd\r\n"
    )
    opened.collect(ANSWERED, "opgave.csv", csv.encode("cp1252"))

    (from_json,) = dossier(opened, "ZIC-01").entries
    (from_csv,) = dossier(opened, "ZIC-02").entries

    assert from_csv.update._replace(dossier="ZIC-01", seq=from_json.update.seq) == from_json.update
    assert (from_json.status, from_json.progress, str(from_json.planned_on)) == (Status.IN_PROGRESS, 90, "2026-12-31")
    assert from_json.update.round == "2025-Q4"


def test_of_ten_lines_three_wrong_ones_come_back_with_their_cells(opened: World) -> None:
    codes = ["ZIC-01", "ZIC-02", "ZIC-03", "ZIC-04", "ZIC-06", "ZIC-07", "HAN-07", "INS-03", "ZIC-99", "UIT-04"]
    rows = [f"2025-Q4;BZK;{code};in uitvoering;{'veel' if code == 'ZIC-03' else 10}" for code in codes]
    csv = "\n".join(["uitvraag;ministerie;aanbeveling;stand;voortgang", *rows])

    receipt = opened.collect(ANSWERED, "opgave.csv", csv.encode())

    assert (receipt.outcome, len(receipt.lines)) == (Outcome.PARTLY, 7)
    assert [(found.row, found.column, found.value, found.code) for found in receipt.problems] == [
        (4, "voortgang", "veel", "number_malformed"),
        (10, "aanbeveling", "ZIC-99", "dossier_unknown"),
        (11, "aanbeveling", "UIT-04", "not_responsible"),
    ]
    assert "SZW" in receipt.problems[2].message


def test_a_co_lead_may_speak_and_so_may_a_successor_but_not_the_one_it_followed(opened: World) -> None:
    co_lead = opened.answer(ANSWERED, "JenV", {"recommendation": "UIT-01", "unchanged": True})
    successor = opened.answer(ANSWERED, "VRO", {"recommendation": "HUI-01", "status": "in_progress"})
    predecessor = opened.answer(ANSWERED, "EZK", {"recommendation": "INS-06", "status": "in_progress"})

    assert [one.outcome for one in (co_lead, successor, predecessor)] == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.REJECTED,
    ]


def test_the_same_bytes_again_change_nothing(opened: World) -> None:
    first = opened.answer(ANSWERED, "BZK", {"recommendation": "ZIC-01", "status": "in_progress"})

    again = opened.answer("2026-02-06", "BZK", {"recommendation": "ZIC-01", "status": "in_progress"})

    assert (first.outcome, again.outcome) == (Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert again.submission == first.submission
    assert len(dossier(opened, "ZIC-01", "2026-02-06").entries) == 1


def test_a_file_that_was_rejected_counts_when_the_reason_is_gone(world: World) -> None:
    world.run("2025-12-01")
    early = world.answer("2025-12-02", "BZK", {"recommendation": "ZIC-01", "status": "in_progress"})
    still_early = world.answer("2025-12-03", "BZK", {"recommendation": "ZIC-01", "status": "in_progress"})
    world.run("2026-01-02")

    in_time = world.answer("2026-01-05", "BZK", {"recommendation": "ZIC-01", "status": "in_progress"})

    assert [one.outcome for one in (early, still_early, in_time)] == [
        Outcome.REJECTED,
        Outcome.DUPLICATE,
        Outcome.ACCEPTED,
    ]


def test_bytes_that_were_kept_but_not_read_are_read_the_next_time(opened: World) -> None:
    document = {"round": "2025-Q4", "organisation": "BZK", "updates": [{"recommendation": "ZIC-01", "unchanged": True}]}
    content = json.dumps(document).encode()
    from ipa_core.usecases import collect_submissions

    opened.app.database.write(
        lambda session: collect_submissions._keep(
            session, "a.json", content, collect_submissions.sha256(content).hexdigest(), at=opened.app.moment(OPENED).at
        )
    )

    receipt = opened.collect(ANSWERED, "a.json", content)

    assert receipt.outcome is Outcome.ACCEPTED


def test_what_arrives_is_kept_byte_for_byte_even_if_nothing_in_it_is_right(opened: World) -> None:
    content = b'\xff\xfe not a "file'

    receipt = opened.collect(ANSWERED, "opgave.csv", content)
    kept = opened.app.database.read(lambda session: submissions.find_file(session, receipt.sha256))

    assert receipt.outcome is Outcome.REJECTED
    assert kept is not None
    assert kept.content == content


def test_files_of_the_drop_folder_move_away_with_a_readable_receipt(opened: World) -> None:
    inbox = opened.home / "inbox"
    inbox.mkdir()
    good = {"round": "2025-Q4", "organisation": "BZK", "updates": [{"recommendation": "ZIC-01", "unchanged": True}]}
    (inbox / "bzk.json").write_text(json.dumps(good))
    (inbox / "szw.csv").write_text("uitvraag;ministerie;aanbeveling;stand\n2025-Q4;SZW;ZIC-98;afgerond\n")
    (inbox / "half.csv.part").write_text("nog bezig")

    opened.run("2026-02-05")

    assert sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*") if path.is_file()) == [
        "done/bzk.json",
        "done/bzk.json.ontvangst.txt",
        "half.csv.part",
        "returned/szw.csv",
        "returned/szw.csv.ontvangst.txt",
    ]
    assert "ZIC-01: ongewijzigd" in (inbox / "done/bzk.json.ontvangst.txt").read_text()
    assert "regel 2, kolom aanbeveling" in (inbox / "returned/szw.csv.ontvangst.txt").read_text()


def test_a_submission_before_the_latest_write_is_refused_and_can_be_sent_later(world: World) -> None:
    world.run("2026-02-06")

    with pytest.raises(WriteInThePast):
        world.answer(ANSWERED, "BZK", {"recommendation": "ZIC-01", "unchanged": True})

    assert (
        world.answer("2026-02-06", "BZK", {"recommendation": "ZIC-01", "unchanged": True}).outcome is Outcome.ACCEPTED
    )


def test_signals_follow_an_answer_with_its_sums(opened: World) -> None:
    opened.answer(
        ANSWERED,
        "SZW",
        {"recommendation": "UIT-01", "status": "in_progress", "progress": 90, "planned_on": "2027-07-01"},
    )
    opened.run("2026-02-06")

    rules = {card.signal.rule: card for card in opened.signals("2026-02-06") if card.signal.dossier == "UIT-01"}

    assert set(rules) == {"O02", "T04", "T05", "T07"}
    assert rules["T05"].signal.opened_on.isoformat() == ANSWERED


def test_a_text_that_is_copied_from_round_to_round_is_seen_and_so_is_a_rating_without_evidence(opened: World) -> None:
    line = {"recommendation": "ZIC-01", "status": "in_progress", "progress": 40, "rating": "on_track"}
    notes = {
        "2025-Q4": "Wij wachten op advies.",
        "2026-Q1": "Wij wachten op Advies!",
        "2026-Q2": "Wij wachten op advies.",
    }

    for answered, (round_code, note) in zip((ANSWERED, "2026-04-02", "2026-07-02"), notes.items(), strict=True):
        opened.run(answered)
        opened.answer(answered, "BZK", {**line, "note": note}, round_code=round_code)
    opened.run("2026-07-03")

    entries = dossier(opened, "ZIC-01", "2026-07-03").entries
    found = {c.signal.rule: c.signal for c in opened.signals("2026-07-03") if c.signal.dossier == "ZIC-01"}
    assert [entry.update.likeness for entry in entries] == [None, 95, 95]
    assert {rule: (str(found[rule].opened_on), found[rule].severity) for rule in ("K03", "V04")} == {
        "K03": ("2026-04-02", "medium"),
        "V04": ("2026-04-02", "medium"),
    }
    assert not [
        line.key for line in opened.messages("2026-07-03") if line.key.startswith(f"signal:{found['K03'].id}:1:O")
    ]


def test_unchanged_may_repeat_what_stands_but_not_hide_something_new(opened: World) -> None:
    stands = {"recommendation": "UIT-01", "unchanged": True, "status": "in_progress", "progress": 90}

    repeated = opened.answer(ANSWERED, "SZW", {**stands, "planned_on": "2027-01-01"})
    hidden = opened.answer(ANSWERED, "SZW", {**stands, "planned_on": "2027-07-01"})

    assert (repeated.outcome, repeated.lines[0].plan) == (Outcome.ACCEPTED, None)
    assert [(found.code, found.column) for found in hidden.problems] == [("unchanged_with_news", "unchanged")]
    assert "planned_on" in hidden.problems[0].message


def test_a_successor_answers_for_the_ministry_that_ended_in_mid_round(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    shutil.copytree(SHIPPED, folder)
    world.app.load(folder, world.app.moment("2026-02-03").at)
    world.run(OPENED)
    organisations = (folder / "organisations.csv").read_text()
    lasting = "EZ,Ministerie van Economische Zaken,ministry,2024-07-02,"
    (folder / "organisations.csv").write_text(organisations.replace(f"{lasting},,", f"{lasting}2026-02-10,KGG,"))
    world.app.load(folder, world.app.moment(ANSWERED).at)

    world.run_daily("2026-02-06", "2026-02-18")
    world.answer("2026-02-19", "KGG", {"recommendation": "INS-06", "status": "in_progress"})
    world.run_daily("2026-02-19", "2026-03-20")

    assert world.sent("2026-03-20", "2025-Q4:EZ") == [
        ("2026-02-04", "O", "ez-main"),
        ("2026-02-11", "passed_on", "ez-main"),
        ("2026-02-11", "taken_over", "kgg-main"),
        ("2026-02-18", "H1", "kgg-main"),
    ]


def test_a_crash_before_the_file_was_moved_still_brings_its_wrong_lines_back(opened: World) -> None:
    inbox = opened.home / "inbox"
    inbox.mkdir()
    csv = "uitvraag;ministerie;aanbeveling;stand\n2025-Q4;BZK;ZIC-01;afgerond\n2025-Q4;BZK;ZIC-99;afgerond\n"
    (inbox / "bzk.csv").write_text(csv)
    opened.collect(ANSWERED, "bzk.csv", csv.encode())

    opened.run("2026-02-06")

    assert (inbox / "returned/bzk.csv").exists()
    assert "ZIC-99" in (inbox / "returned/bzk.csv.ontvangst.txt").read_text()


def test_a_file_that_names_another_programme_is_not_read_into_this_one(opened: World) -> None:
    document = {
        "programme": "ander",
        "round": "2025-Q4",
        "organisation": "BZK",
        "updates": [{"recommendation": "ZIC-01"}],
    }
    file = opened.home / "opgave.json"
    file.write_text(json.dumps(document))

    receipt = opened.app.collect_named(file, "ipa", opened.app.moment(ANSWERED).at)

    assert receipt.outcome is Outcome.REJECTED
    assert "programme_unknown" in {found.code for found in receipt.problems}


def test_a_file_that_was_replaced_while_it_was_read_waits_for_the_next_time(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, max_bytes=100)
    file = tmp_path / "bzk.json"
    file.write_text("oud")
    fetched = folder.fetch(file)
    assert fetched is not None
    file.write_text("nieuw")

    folder.settle(fetched, receipt="gelezen", is_returned=False)

    assert folder.list_waiting() == [file]
    assert file.read_text() == "nieuw"


def test_a_correction_of_a_row_dated_later_counts_from_its_own_day(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    shutil.copytree(SHIPPED, folder)
    history = (folder / "history.csv").read_text()
    future = "HUI-04,2026-09-01,VRO,{},,,toekomst,bron,high\n"
    (folder / "history.csv").write_text(history + future.format("in_progress"))
    world.app.load(folder, world.app.moment(OPENED).at)
    (folder / "history.csv").write_text(history + future.format("blocked"))

    first = world.app.load(folder, world.app.moment(ANSWERED).at)
    again = world.app.load(folder, world.app.moment(ANSWERED).at)

    assert (first.changed, again.changed) == (1, 0)
    assert dossier(world, "HUI-04", "2026-08-31").entries == ()
    assert dossier(world, "HUI-04", "2026-09-01").status is Status.BLOCKED

"""Fields pass to other ministries in the middle of a round: who is asked what, until when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.rounds import RequestState
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.show_workbook import show_workbook
from ipa_core.usecases.views import ProgrammeView
from tests.journeys.handovers import GEZ, HANDOVER, ROUND, ZIC, Folder, load, requests, text_of
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

END = "2026-03-12"


def test_open_questions_go_along_to_the_request_of_the_new_lead(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    opened.answer("2026-02-09T12:00:00+01:00", "BZK", {"recommendation": "ZIC-01", "unchanged": True})
    folder.pass_on(ZIC, "VWS", source="BZK")
    load(opened, folder, "2026-02-10")

    before, after = requests(opened, "2026-02-15"), requests(opened, HANDOVER)

    # What BZK said stays with BZK; what nobody answered yet is asked of VWS.
    assert set(before["BZK"].asked) - set(after["BZK"].asked) == set(ZIC[1:])
    assert set(after["VWS"].asked) - set(before["VWS"].asked) == set(ZIC[1:])
    assert set(after["BZK"].missing) == set(after["BZK"].asked) - {"ZIC-01"}
    assert set(after["VWS"].missing) == set(after["VWS"].asked)


def test_what_the_new_lead_answered_stays_with_it(opened: World, folder: Folder) -> None:
    folder.found("AZ", "main")
    folder.pass_on(GEZ, "AZ", source="VWS")
    load(opened, folder, "2026-02-10")
    opened.run_daily(HANDOVER, "2026-02-18")
    opened.answer("2026-02-19", "AZ", *({"recommendation": code, "unchanged": True} for code in GEZ))
    folder.found("XYZ")
    load(opened, folder, "2026-02-20")

    found = requests(opened, "2026-02-21")

    assert (found["VWS"].state_at(opened.app.moment("2026-02-21").at), found["VWS"].asked) == (RequestState.MOVED, ())
    assert set(found["AZ"].asked) <= set(GEZ)
    assert found["AZ"].missing == ()


def test_a_handover_that_is_brought_forward_is_asked_from_then_on(opened: World, folder: Folder) -> None:
    folder.found("AZ", "main")
    terms = [("VWS", "", "2026-03-01"), ("AZ", "2026-03-02", "")]
    for code in GEZ:
        folder.add("responsibilities.csv", *((code, "lead", *term) for term in terms))
    load(opened, folder, "2026-02-10")
    file = folder.path / "responsibilities.csv"
    earlier = file.read_text("utf-8").replace("lead,VWS,,2026-03-01", "lead,VWS,,2026-02-15")
    file.write_text(earlier, "utf-8")
    folder.add("responsibilities.csv", *((code, "lead", "AZ", HANDOVER, "2026-03-01") for code in GEZ))
    load(opened, folder, "2026-02-12")

    found = requests(opened, HANDOVER)

    assert found["AZ"].opened_on.isoformat() == HANDOVER
    assert set(found["AZ"].asked) <= set(GEZ)
    assert found["AZ"].asked
    assert found["VWS"].asked == ()


def test_reminders_go_on_when_a_field_comes_back(opened: World, folder: Folder) -> None:
    folder.found("AZ", "main")
    folder.change("recommendations.csv", GEZ, lead="AZ")
    load(opened, folder, "2026-02-09")
    opened.run_daily("2026-02-09", "2026-02-11")
    folder.change("recommendations.csv", GEZ, lead="VWS")
    load(opened, folder, "2026-02-12")
    opened.run_daily("2026-02-12", "2026-02-27")

    assert [rung for _, rung, who in opened.sent("2026-02-27", f"{ROUND}:VWS") if who == "vws-main"][-2:] == [
        "H1",
        "H2",
    ]


def test_a_contact_who_stays_after_all_is_no_missing_contact(opened: World, folder: Folder) -> None:
    file = folder.path / "contacts.csv"
    staying = file.read_text("utf-8")
    for last, as_of in (("2026-02-27", "2026-02-10"), ("2026-06-30", "2026-02-12")):
        ending = re.sub(r"^(VWS,.*,(?:main|deputy),,)$", rf"\g<1>{last}", staying, flags=re.MULTILINE)
        assert ending.count(last) == 2
        file.write_text(ending, "utf-8")
        load(opened, folder, as_of)
    opened.run("2026-03-02")

    assert [card for card in opened.signals("2026-03-02") if card.signal.rule == "K04"] == []


def test_a_ministry_without_a_request_gets_one_with_the_usual_time(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.found("AZ", "main", "deputy", "coordinator")
    folder.pass_on(GEZ, "AZ", source="VWS")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-03-31")

    found = requests(opened, HANDOVER)
    rungs = [rung for _, rung, _ in opened.sent("2026-03-31", f"{ROUND}:AZ")]
    vws = [(day, rung) for day, rung, _ in opened.sent("2026-03-31", f"{ROUND}:VWS")]

    # Twenty working days after 16 February.
    assert (found["AZ"].opened_on.isoformat(), found["AZ"].due_on.isoformat()) == (HANDOVER, "2026-03-16")
    assert set(found["AZ"].asked) <= set(GEZ)
    assert found["VWS"].state_at(opened.app.moment(HANDOVER).at) is RequestState.MOVED
    # The new one climbs its own ladder from the opening on; the former one is left in peace.
    assert rungs == ["O", "H1", "H2", "H3", "L1", "L1", "L2", "L2", "L2", "E1"]
    assert vws == [("2026-02-04", "O"), (HANDOVER, "passed_on")]
    assert [card.subject.code for card in opened.signals("2026-03-31", is_all=True) if card.signal.rule == "K01"].count(
        f"{ROUND}:VWS"
    ) == 0


def test_the_successor_of_a_ministry_that_ended_holds_its_request(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.found("VWZ", "main", "deputy", "coordinator")
    folder.end("VWS", "VWZ")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-02-20")
    opened.answer("2026-02-23", "VWZ", *({"recommendation": code, "unchanged": True} for code in GEZ))
    opened.run_daily("2026-02-23", "2026-03-06")

    assert opened.sent("2026-03-06", f"{ROUND}:VWS") == [
        ("2026-02-04", "O", "vws-main"),
        (HANDOVER, "passed_on", "vws-main"),
        (HANDOVER, "taken_over", "vwz-main"),
        ("2026-02-18", "H1", "vwz-main"),
    ]
    found = requests(opened, "2026-03-06")
    assert found["VWS"].answered_at == opened.app.moment("2026-02-23").at
    assert "VWZ" not in found


def test_the_form_of_the_new_lead_asks_what_is_open(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    opened.answer("2026-02-09T12:00:00+01:00", "BZK", {"recommendation": "ZIC-01", "unchanged": True})
    folder.pass_on(ZIC, "VWS", source="BZK")
    load(opened, folder, "2026-02-10")
    at = opened.app.moment(HANDOVER).at

    form = opened.app.database.read(lambda session: show_workbook(ProgrammeView(session, "ipa", at=at), ROUND, "VWS"))

    codes = {row.code for row in form.rows}
    assert set(ZIC[1:]) <= codes
    assert "ZIC-01" not in codes


@pytest.mark.proof
@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(lambda folder: folder.pass_on(ZIC, "VWS", source="BZK"), id="to another ministry"),
        pytest.param(lambda folder: (folder.found("AZ", "main"), folder.pass_on(GEZ, "AZ", source="VWS")), id="new"),
        pytest.param(lambda folder: (folder.found("VWZ", "main"), folder.end("VWS", "VWZ")), id="ended"),
    ],
)
def test_one_late_run_finds_the_same_signals_as_daily_ones(
    opened: World, folder: Folder, tmp_path: Path, prepare: Callable[[Folder], object]
) -> None:
    prepare(folder)
    late = World(tmp_path / "laat")
    late.run("2026-02-04")
    for one in (opened, late):
        load(one, folder, "2026-02-10")
    opened.run_daily("2026-02-10", END)
    late.run(END)

    found, expected = ([card.signal for card in one.signals(END, is_all=True)] for one in (late, opened))

    late.app.database.close()
    assert found == expected


def test_what_passes_after_the_next_round_opened_stays_asked_in_the_one_before(opened: World, folder: Folder) -> None:
    folder.pass_on(GEZ, "SZW", source="VWS", on="2026-06-15")
    load(opened, folder, "2026-02-10")
    for day in ("2026-03-10", "2026-04-10", "2026-05-06", "2026-06-16", "2026-07-01"):
        opened.run(day)

    at = opened.app.moment("2026-07-01").at
    replayed = opened.app.database.read(lambda session: replay_history(ProgrammeView(session, "ipa", at=at), None))
    told = {
        (card.signal.subject.code, card.signal.opened_on, card.signal.resolved_on)
        for card in opened.signals("2026-07-01", is_all=True)
        if card.signal.rule in ("K01", "K02")
    }
    assert {(code, until) for code, _, until in told} >= {("2025-Q4:VWS", None), ("2026-Q1:SZW", None)}
    assert told == {
        (one.subject.code, one.opened_on, one.resolved_on) for one in replayed.signals if one.rule in ("K01", "K02")
    }


def inherited(opened: World, folder: Folder) -> None:
    """Let SZW hold the request of VRO, which ended, beside its own."""
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.end("VRO", "SZW")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-02-17")


def test_an_answer_about_its_own_dossiers_does_not_answer_what_a_ministry_took_over(
    opened: World, folder: Folder
) -> None:
    inherited(opened, folder)
    opened.answer("2026-02-18T10:00:00+01:00", "SZW", {"recommendation": "UIT-01", "unchanged": True})

    found = requests(opened, "2026-02-18T11:00:00+01:00")
    assert found["SZW"].answered_at is not None
    assert found["VRO"].answered_at is None
    taken_over = next(code for code in found["VRO"].asked)
    opened.answer("2026-02-19T10:00:00+01:00", "SZW", {"recommendation": taken_over, "unchanged": True})

    assert requests(opened, "2026-02-19T11:00:00+01:00")["VRO"].answered_at is not None


def test_an_escalation_says_of_which_ministry_the_request_was(opened: World, folder: Folder) -> None:
    inherited(opened, folder)
    opened.answer("2026-02-18T10:00:00+01:00", "SZW", {"recommendation": "UIT-01", "unchanged": True})
    opened.run_daily("2026-02-18", "2026-03-18")

    told = [text_of(mail) for mail in opened.mails() if mail["To"].startswith("projectleider")]
    asked = [text for text in told if "Wilt u SZW" in " ".join(text.split()) and "bellen, en vragen" in text]
    assert len(asked) == 1
    assert "Wilt u SZW (voorheen VRO) bellen" in " ".join(asked[0].split())
    assert "nog geen antwoord van SZW (voorheen VRO)" in " ".join(asked[0].split())

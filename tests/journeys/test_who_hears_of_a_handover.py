"""Fields pass to other ministries in the middle of a round: who is told, once, and of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.app import SHIPPED
from tests.journeys.handovers import GEZ, HANDOVER, ROUND, ZIC, Folder, load, requests, requests_told, text_of, told
from tests.journeys.world import World

if TYPE_CHECKING:
    from pathlib import Path


def test_both_main_contacts_are_told_once_on_the_day_itself(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.pass_on(ZIC, "VWS", source="BZK")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-03-03")

    assert requests_told(opened, "2026-03-03") == [
        (HANDOVER, "passed_on", "bzk-main"),
        (HANDOVER, "taken_over", "vws-main"),
    ]
    new, old = mail_to(opened, "vws-main", "16 Feb"), mail_to(opened, "bzk-main", "16 Feb")
    assert "Nieuw bij VWS: ZIC-01, ZIC-02, ZIC-03, ZIC-04, ZIC-06 en ZIC-07." in new
    assert "Waarom nu: uw ministerie heeft dit overgenomen." in new
    assert "Deze dossiers zijn overgegaan naar VWS:" in old
    assert "VWS antwoordt hierover op uitvraag 2025-Q4." in old


def test_a_handover_that_becomes_known_late_is_told_when_it_is_known(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-24")
    folder.pass_on(ZIC, "VWS", source="BZK")
    load(opened, folder, "2026-02-25")
    opened.run_daily("2026-02-25", "2026-03-03")

    assert {(day, rung) for day, rung, _ in requests_told(opened, "2026-03-03")} == {
        ("2026-02-25", "passed_on"),
        ("2026-02-25", "taken_over"),
    }


def test_a_handover_that_is_undone_before_its_day_is_told_to_nobody(
    opened: World, folder: Folder, tmp_path: Path
) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.pass_on(GEZ[:1], "SZW", source="VWS")
    load(opened, folder, "2026-02-10")
    undone = Folder(tmp_path / "terug")
    undone.pass_on(GEZ[:1], "SZW", source="VWS", on="2027-02-16")
    undone.add("responsibilities.csv", (GEZ[0], "lead", "SZW", HANDOVER, HANDOVER))
    load(opened, undone, "2026-02-12")
    opened.run("2026-02-13")

    assert told(opened, "2026-02-13", "taken_over", "passed_on") == []


def test_a_handover_that_is_undone_before_its_message_went_is_told_to_nobody(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-13")
    folder.change("recommendations.csv", ZIC, lead="VWS")
    load(opened, folder, f"{HANDOVER}T06:00:00+01:00")
    opened.run(f"{HANDOVER}T07:00:00+01:00")
    promised = {line.rung for line in opened.messages(f"{HANDOVER}T07:30:00+01:00") if line.state == "queued"}
    folder.change("recommendations.csv", ZIC, lead="BZK")
    load(opened, folder, f"{HANDOVER}T08:00:00+01:00")
    opened.run_daily(HANDOVER, "2026-02-17")

    assert {"taken_over", "passed_on"} <= promised
    assert told(opened, "2026-02-17", "taken_over", "passed_on") == []


def test_a_handover_is_told_also_when_the_plan_is_made_again_before_its_message_went(
    opened: World, folder: Folder
) -> None:
    opened.run_daily("2026-02-05", "2026-02-13")
    folder.pass_on((*ZIC, "HAN-07", "INS-03"), "VWS", source="BZK")
    load(opened, folder, f"{HANDOVER}T06:00:00+01:00")
    opened.run(f"{HANDOVER}T07:00:00+01:00")
    folder.change("recommendations.csv", GEZ[:1], title="Zorg voor wie hier werkt")
    load(opened, folder, f"{HANDOVER}T08:00:00+01:00")
    opened.run(HANDOVER)

    assert requests(opened, HANDOVER)["BZK"].asked == ()
    assert requests_told(opened, HANDOVER) == [
        (HANDOVER, "passed_on", "bzk-main"),
        (HANDOVER, "taken_over", "vws-main"),
    ]


def test_a_second_field_in_the_same_round_is_told_as_well(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.pass_on(ZIC[:3], "VWS", source="BZK")
    folder.pass_on(ZIC[3:], "VWS", source="BZK", on="2026-02-23")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-02-25")

    assert requests_told(opened, "2026-02-25") == [
        (HANDOVER, "passed_on", "bzk-main"),
        (HANDOVER, "taken_over", "vws-main"),
        ("2026-02-23", "passed_on", "bzk-main"),
        ("2026-02-23", "taken_over", "vws-main"),
    ]


def test_signals_of_a_field_that_goes_back_and_forth_are_told_each_time(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    terms = [("BZK", "", "2026-02-15"), ("VWS", HANDOVER, "2026-02-17"), ("BZK", "2026-02-18", "2026-02-19")]
    for code in ZIC:
        folder.add("responsibilities.csv", *((code, "lead", *term) for term in terms))
        folder.add("responsibilities.csv", (code, "lead", "VWS", "2026-02-20", ""))
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-02-24")

    went = {
        (line.handed_over_at.date().isoformat(), line.rung, line.recipient.split("@")[0])
        for line in opened.messages("2026-02-24")
        if line.key.startswith("signal:") and line.rung in ("taken_over", "passed_on") and line.handed_over_at
    }

    assert went == {
        (HANDOVER, "passed_on", "bzk-main"),
        (HANDOVER, "taken_over", "vws-main"),
        ("2026-02-18", "passed_on", "vws-main"),
        ("2026-02-18", "taken_over", "bzk-main"),
        ("2026-02-20", "passed_on", "bzk-main"),
        ("2026-02-20", "taken_over", "vws-main"),
    }


def test_a_ministry_that_had_answered_is_told_of_what_it_takes_over(opened: World, folder: Folder) -> None:
    opened.answer("2026-02-09", "VWS", *({"recommendation": code, "unchanged": True} for code in GEZ))
    folder.pass_on(ZIC, "VWS", source="BZK")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-13", "2026-02-18")

    assert requests_told(opened, "2026-02-18") == [
        (HANDOVER, "passed_on", "bzk-main"),
        (HANDOVER, "taken_over", "vws-main"),
    ]


def test_a_ministry_that_ends_and_is_split_is_told_where_each_part_went(opened: World, folder: Folder) -> None:
    folder.found("VWZ", "main")
    folder.end("VWS", "VWZ")
    folder.pass_on(GEZ[:2], "SZW", source="VWS")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-13", "2026-02-20")

    assert requests_told(opened, "2026-02-20") == [
        (HANDOVER, "passed_on", "vws-main"),
        (HANDOVER, "taken_over", "szw-main"),
        (HANDOVER, "taken_over", "vwz-main"),
    ]
    mail = mail_to(opened, "vws-main", "16 Feb")
    assert "overgegaan naar SZW: GEZ-01 en GEZ-02." in mail
    assert "overgegaan naar VWZ: " in mail


def test_a_signal_that_was_told_goes_along_with_its_number(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    before = {card.signal.id for card in opened.signals("2026-02-09") if card.subject.code in ZIC}
    folder.pass_on(ZIC, "VWS", source="BZK")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-02-20")

    after = {card.signal.id for card in opened.signals("2026-02-20") if card.subject.ministries == ("VWS",)}
    spoken_of = {line.key.rsplit(":", 3)[0] for line in opened.messages("2026-02-09") if line.rung == "opening"}
    told_to = [line for line in opened.messages("2026-02-20") if line.key.startswith("signal:") and line.handed_over_at]
    handovers = [
        (line.rung, line.recipient.split("@")[0]) for line in told_to if line.rung in ("taken_over", "passed_on")
    ]

    assert before <= after
    about = [key for key in spoken_of if key.split(":")[3] in ZIC]
    assert about
    assert sorted(handovers) == sorted(
        [("passed_on", "bzk-main")] * len(about) + [("taken_over", "vws-main")] * len(about)
    )


def test_nobody_at_the_successor_is_a_signal_for_the_projectleider(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.found("AZ")
    folder.pass_on(GEZ, "AZ", source="VWS")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-02-17")

    (signal,) = [card for card in opened.signals("2026-02-17") if card.signal.rule == "K04"]
    (line,) = [line for line in opened.messages("2026-02-17") if ":K04:" in line.key and line.handed_over_at]

    assert (signal.subject.code, signal.signal.opened_on.isoformat()) == ("AZ", HANDOVER)
    assert line.recipient == "projectleider@ipa.example"


def test_the_opening_of_a_new_request_tells_what_was_taken_over(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.found("AZ", "main")
    folder.pass_on(GEZ[:2], "AZ", source="VWS")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", HANDOVER)

    assert opened.sent(HANDOVER, f"{ROUND}:AZ") == [(HANDOVER, "O", "az-main")]
    mail = mail_to(opened, "az-main", "16 Feb")
    assert "Nieuw bij AZ: GEZ-01 en GEZ-02. Eerst vroegen wij dit aan een ander ministerie." in mail
    assert "Waarom nu: uw ministerie heeft dit overgenomen." in mail


def test_a_ministry_that_seemed_to_end_and_did_not_hears_that_the_request_is_its_own(
    world: World, folder: Folder, tmp_path: Path
) -> None:
    at = world.app.moment("2026-02-04T06:00:00+01:00").at
    world.app.load(SHIPPED, at)
    world.app.open_due_round("ipa", at)
    folder.found("VWZ", "main", valid_from="")
    folder.end("VWS", "VWZ", last="2026-02-03")
    load(world, folder, "2026-02-04T08:00:00+01:00")
    world.run_daily("2026-02-04", "2026-02-05")
    mistaken = Folder(tmp_path / "hersteld")
    mistaken.found("VWZ", "main", valid_from="")
    load(world, mistaken, "2026-02-06T08:00:00+01:00")
    world.run("2026-02-06")

    assert world.sent("2026-02-06", f"{ROUND}:VWS") == [
        ("2026-02-04", "O", "vwz-main"),
        ("2026-02-06", "passed_on", "vwz-main"),
        ("2026-02-06", "taken_over", "vws-main"),
    ]
    old, new = (mail_to(world, who, "06 Feb") for who in ("vwz-main", "vws-main"))
    assert "Deze dossiers zijn overgegaan naar VWS: " in old
    assert f"VWS antwoordt hierover op uitvraag {ROUND}." in old
    assert "Nieuw bij VWS: " in new


def mail_to(world: World, who: str, day: str) -> str:
    """Return the words of the one mail that somebody got on a day, for example `06 Feb`."""
    address = f"{who}@ministerie.example"
    (mail,) = [mail for mail in world.mails() if mail["To"] == address and day in mail["Date"]]
    return text_of(mail)

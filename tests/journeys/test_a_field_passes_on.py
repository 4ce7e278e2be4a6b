"""Fields pass to other ministries in the middle of a round: who is asked, who is told, and what goes along."""

from __future__ import annotations

import csv
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from ipa_core.app import SHIPPED
from ipa_core.domain.rounds import RequestState
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.show_workbook import show_workbook
from ipa_core.usecases.views import ProgrammeView
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from ipa_core.domain.rounds import Request

ROUND = "2025-Q4"
ZIC = ("ZIC-01", "ZIC-02", "ZIC-03", "ZIC-04", "ZIC-06", "ZIC-07")
GEZ = ("GEZ-01", "GEZ-02", "GEZ-03", "GEZ-04", "GEZ-06", "GEZ-M1", "GEZ-M2")
END = "2026-03-12"
HANDOVER = "2026-02-16"
"""A Monday, the eighth working day of the round that opens on 4 February and is due on 4 March."""


class Folder:
    """The shipped programme with changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(SHIPPED, path)

    def add(self, file: str, *rows: Sequence[str]) -> None:
        with (self.path / file).open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    def pass_on(self, dossiers: Sequence[str], to: str, *, source: str, on: str = HANDOVER) -> None:
        """Give the dossiers another lead from the day on."""
        day_before = f"{on[:-2]}{int(on[-2:]) - 1:02d}"
        rows = [
            row for code in dossiers for row in ((code, "lead", source, "", day_before), (code, "lead", to, on, ""))
        ]
        self.add("responsibilities.csv", *rows)

    def end(self, organisation: str, successor: str, *, last: str = "2026-02-15") -> None:
        self.change("organisations.csv", (organisation,), valid_to=last, successors=successor)

    def change(self, file: str, codes: Sequence[str], **values: str) -> None:
        with (self.path / file).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            if row["code"] in codes:
                row.update(values)
        with (self.path / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def found(self, organisation: str, *roles: str) -> None:
        """Add an organisation with contacts."""
        self.add(
            "organisations.csv", (organisation, f"Ministerie {organisation}", "ministry", HANDOVER, "", "", "test")
        )
        self.add(
            "contacts.csv",
            *(
                (organisation, role, f"{organisation.lower()}-{role}@ministerie.example", role, "", "")
                for role in roles
            ),
        )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "programma")


def load(world: World, folder: Folder, as_of: str) -> None:
    world.app.load(folder.path, world.app.moment(as_of).at)


def requests(world: World, as_of: str) -> dict[str, Request]:
    at = world.app.moment(as_of).at

    def look(view: ProgrammeView) -> dict[str, Request]:
        return {one.organisation: one for one in list_requests(view, with_lines=True) if one.round == ROUND}

    return world.app.database.read(lambda session: look(ProgrammeView(session, "ipa", at=at)))


def told(world: World, as_of: str, *rungs: str) -> list[tuple[str, str, str, str]]:
    """What went out at these rungs: day, rung, mailbox, and about what."""
    lines = [line for line in world.messages(as_of) if line.rung in rungs and line.handed_over_at]
    return sorted(
        (line.handed_over_at.date().isoformat(), line.rung, line.recipient.split("@")[0], line.key.split(":")[2])
        for line in lines
        if line.handed_over_at
    )


def requests_told(world: World, as_of: str) -> list[tuple[str, str, str]]:
    lines = [
        line
        for line in world.messages(as_of)
        if line.key.startswith("request:") and line.rung in ("taken_over", "passed_on") and line.handed_over_at
    ]
    return sorted(
        (line.handed_over_at.date().isoformat(), line.rung, line.recipient.split("@")[0])
        for line in lines
        if line.handed_over_at
    )


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


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


def test_both_main_contacts_are_told_once_on_the_day_itself(opened: World, folder: Folder) -> None:
    opened.run_daily("2026-02-05", "2026-02-09")
    folder.pass_on(ZIC, "VWS", source="BZK")
    load(opened, folder, "2026-02-10")
    opened.run_daily("2026-02-10", "2026-03-03")

    assert requests_told(opened, "2026-03-03") == [
        (HANDOVER, "passed_on", "bzk-main"),
        (HANDOVER, "taken_over", "vws-main"),
    ]
    (new,) = [
        mail for mail in opened.mails() if mail["To"] == "vws-main@ministerie.example" and "16 Feb" in mail["Date"]
    ]
    (old,) = [
        mail for mail in opened.mails() if mail["To"] == "bzk-main@ministerie.example" and "16 Feb" in mail["Date"]
    ]
    new_text, old_text = (mail.get_body(("plain",)).get_content() for mail in (new, old))  # type: ignore[union-attr] # both have one
    assert "Nieuw bij VWS: ZIC-01, ZIC-02, ZIC-03, ZIC-04, ZIC-06 en ZIC-07." in new_text
    assert "Waarom nu: uw ministerie heeft dit overgenomen." in new_text
    assert "Deze dossiers zijn overgegaan naar VWS:" in old_text
    assert "VWS antwoordt hierover op uitvraag 2025-Q4." in old_text


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
    (mail,) = [mail for mail in opened.mails() if mail["To"].startswith("vws-main") and "16 Feb" in mail["Date"]]
    assert "overgegaan naar SZW: GEZ-01 en GEZ-02." in text_of(mail)
    assert "overgegaan naar VWZ: " in text_of(mail)


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

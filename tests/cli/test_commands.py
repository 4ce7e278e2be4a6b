"""Other programs rely on the names and shapes that the commands print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ipa_core.app import SHIPPED
from ipa_core.cli.runs import RunReport
from ipa_core.cli.screens import run_lines
from ipa_core.domain.moments import at_time
from ipa_core.render.dutch import MESSAGE_WORDS
from ipa_core.usecases.run_monitor import MonitorRun
from ipa_core.usecases.show_messages import STATES
from tests.another_programme import another_programme
from tests.render.samples import SLOT_ON, a_card, expectations

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

DAY = "2026-02-04"
DAY_AFTER = "2026-02-05"

SIGNAL = {
    "id", "programme", "rule", "title", "subject", "theme", "ministries", "severity", "state", "opened_on", "steps",
    "resolved_on", "episode", "sentence", "evidence", "resolves_when", "threshold", "context",
}  # fmt: skip
MESSAGE = {
    "programme", "key", "kind", "reason", "recipient", "ministry", "subject", "state", "planned_on",
    "handed_over_at", "attempts", "doubtful", "why_not", "signals",
}  # fmt: skip


def test_a_run_answers_with_its_counts(terminal: Terminal) -> None:
    first = terminal.ask("run", "--as-of", DAY)
    again = terminal.ask("run", "--as-of", DAY)

    assert first["as_of"] == "2026-02-04T09:00:00+00:00"
    assert first["collected"] == {"accepted": 0, "partly": 0, "rejected": 0, "duplicate": 0}
    assert first["messages"] == {"queued": 6, "handed_over": 6, "retrying": 0, "dead": 0}
    assert first["signals"]["open"] == again["signals"]["open"] > 0
    assert (again["signals"]["opened"], again["messages"]["queued"]) == (0, 0)


def test_the_first_run_in_the_readme_is_what_a_run_prints(terminal: Terminal) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    shown = readme.split(f'$ make run ARGS="--as-of {DAY}"\n', 1)[1].split("```", 1)[0].splitlines()

    printed = terminal.type("run", "--as-of", DAY)[1].splitlines()

    elsewhere = ("Pakketten klaarzetten", "Berichten staan in:")
    told = [line for line in shown if line.strip() != "[…]" and not line.startswith(elsewhere)]
    assert len(told) > 10
    assert [line for line in told if line not in printed] == []


@pytest.mark.parametrize(("count", "said"), [(1, "Er staat nu 1 signaal open."), (2, "Er staan nu 2 signalen open.")])
def test_a_run_counts_what_stands_open_in_good_dutch(count: int, said: str) -> None:
    cards = {str(number): a_card(expectations()["T02"]) for number in range(count)}
    report = RunReport(run=MonitorRun(at=at_time(SLOT_ON, 9)), cards=cards, messages=[], mail_folder="")

    assert said in run_lines(report)


def test_the_shapes_hold_what_other_programs_read(opened: Terminal) -> None:
    signals = opened.ask("signals", "--as-of", DAY)
    everything = opened.ask("signals", "--all", "--as-of", DAY)
    explained = opened.ask("explain", signals[0]["id"], "--as-of", DAY)
    upcoming = opened.ask("upcoming", "--days", "60", "--as-of", DAY)
    messages = opened.ask("messages", "--as-of", DAY)
    dossier = opened.ask("dossier", "UIT-01", "--as-of", DAY)

    assert set(signals[0]) >= SIGNAL
    assert len({one["id"] for one in everything}) == len(everything) > len(signals)
    assert explained["sums"]
    assert {key: explained[key] for key in SIGNAL} == {key: signals[0][key] for key in SIGNAL}
    assert set(upcoming[0]) >= {"rule", "subject", "on", "severity", "sentence"}
    assert [one["on"] for one in upcoming] == sorted(one["on"] for one in upcoming)
    assert set(messages[0]) >= MESSAGE
    assert dossier["state"]["first_planned_on"] == "2025-01-01"
    assert {"on", "kind", "text", "source"} <= set(dossier["timeline"][0])


def test_the_timeline_tells_which_role_heard_what_and_no_address(opened: Terminal) -> None:
    timeline = opened.ask("dossier", "UIT-01", "--as-of", DAY)["timeline"]

    (told,) = [one for one in timeline if one["kind"] == "message"]
    assert told["text"].startswith("Bericht aan contactpunt SZW (uitvraag, nieuw signaal): IPA: uitvraag 2025-Q4, ")
    assert told["source"].endswith("@ipa.example>")
    assert all(one["source"].startswith("ipa:") for one in timeline if one["kind"] == "signal")
    assert "@ministerie.example" not in json.dumps(timeline)


def test_a_planned_date_is_shown_over_time_as_data_and_as_a_chart(opened: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "planning.svg"

    trend = opened.ask("dossier", "UIT-01", "--trend", str(file), "--as-of", DAY)["trend"]
    nowhere, _, _ = opened.type("dossier", "UIT-01", "--trend", str(tmp_path / "weg" / "a.svg"), "--as-of", DAY)

    moves = [(one["reported_on"], one["planned_on"]) for one in trend["points"] if one["kind"] != "kept"]
    assert trend["baseline_on"] == "2025-01-01"
    assert moves == [
        ("2022-07-05", "2025-01-01"),
        ("2024-05-13", "2026-01-01"),
        ("2024-12-31", None),
        ("2025-04-24", "2027-01-01"),
    ]
    assert "13 mei 2024: planning wordt 1 jan 2026, was 1 jan 2025." in file.read_text("utf-8")
    assert nowhere == 1


def test_loading_twice_changes_nothing(terminal: Terminal) -> None:
    first = terminal.ask("load", str(SHIPPED), "--as-of", DAY)
    again = terminal.ask("load", str(SHIPPED), "--as-of", DAY)

    assert first["new"] > 200
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, first["new"])


def test_a_rehearsal_tells_and_writes_nothing(terminal: Terminal) -> None:
    told = terminal.ask("run", "--dry-run", "--as-of", DAY)

    assert told["signals"]["open"] > 0
    assert told["messages"]["queued"] == 6
    assert not list(terminal.home.glob("*")) if terminal.home.exists() else True


NOTHING_CAME, MAIL_STANDS = "Er zijn geen nieuwe opgaven binnengekomen.", "Berichten staan in: "


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_not_looked_at_and_what_is_not_there_is_not_told(terminal: Terminal) -> None:
    rehearsed = terminal.type("run", "--dry-run", "--as-of", DAY)[1]
    terminal.type("load", str(SHIPPED), "--as-of", DAY)
    sent_nothing = terminal.type("dispatch", "--as-of", DAY)[1]
    ran = terminal.type("run", "--as-of", DAY)[1]
    apart = [terminal.type(command, "--as-of", DAY)[1] for command in ("detect", "dispatch")]

    for told in (rehearsed, sent_nothing):
        assert NOTHING_CAME not in told
        assert MAIL_STANDS not in told
    assert NOTHING_CAME in ran
    assert f"{MAIL_STANDS}{terminal.home / 'mail'}\n" in ran
    for told in apart:
        assert NOTHING_CAME not in told
        assert f"{MAIL_STANDS}{terminal.home / 'mail'}\n" in told
        assert "\n\n\n" not in told


def test_a_rehearsal_on_a_living_database_leaves_every_row(opened: Terminal) -> None:
    before = opened.stored()

    told = opened.ask("run", "--dry-run", "--as-of", "2026-02-18")

    assert told["messages"]["queued"] > 0
    assert opened.stored() == before


def test_a_moment_before_the_latest_write_is_refused_with_the_reason(opened: Terminal) -> None:
    status, stdout, stderr = opened.type("run", "--as-of", "2026-02-03", "--json")

    assert status == 1
    (problem,) = json.loads(stdout)["problems"]
    assert problem["code"] == "write_in_the_past"
    assert "woensdag 4 februari 2026" in problem["message"]
    assert problem["message"] in stderr


def test_questions_about_one_thing_ask_which_programme(terminal: Terminal, tmp_path: Path) -> None:
    terminal.ask("load", str(SHIPPED), "--as-of", DAY)
    terminal.ask("load", str(another_programme(tmp_path)), "--as-of", DAY)

    ran = terminal.ask("run", "--as-of", DAY)
    status, stdout, _ = terminal.type("dossier", "UIT-01", "--json")
    chosen = terminal.ask("dossier", "UIT-01", "--programme", "ander", "--as-of", DAY)

    assert status == 2
    assert "ander, ipa" in json.loads(stdout)["problems"][0]["message"]
    assert chosen["programme"] == "ander"
    assert {one["programme"] for one in terminal.ask("signals", "--as-of", DAY)} == {"ander", "ipa"}
    assert ran["messages"]["handed_over"] == 12


def test_a_programme_that_is_refused_keeps_no_other_waiting(terminal: Terminal, tmp_path: Path) -> None:
    terminal.ask("load", str(SHIPPED), "--as-of", DAY)
    terminal.ask("round", "open", "2025-Q4", "--as-of", DAY)
    terminal.ask("load", str(another_programme(tmp_path)), "--as-of", DAY_AFTER)

    status, _, stderr = terminal.type("detect", "--as-of", DAY)

    lines = terminal.ask("messages", "--programme", "ipa", "--as-of", DAY)
    assert status == 1
    assert stderr.startswith("Voor programma ander is al gewerkt tot ")
    assert "Traceback" not in stderr
    assert len({line["recipient"] for line in lines if line["state"] in ("handed_over", "queued")}) >= 6


def test_a_moment_that_is_refused_takes_in_no_files(opened: Terminal) -> None:
    inbox = opened.home / "inbox"
    inbox.mkdir()
    (inbox / "stuk.csv").write_text('uitvraag,"', encoding="utf-8")
    before = opened.stored()

    status, _, _ = opened.type("run", "--as-of", "2026-02-03")

    assert status == 1
    assert [path.name for path in inbox.iterdir()] == ["stuk.csv"]
    assert opened.stored() == before


def test_wrong_words_end_with_two_and_wrong_things_with_one(opened: Terminal) -> None:
    assert opened.type("run", "--as-of", "gisteren")[0] == 2
    assert opened.type("nonsens")[0] == 2
    assert opened.type("run", "--programme", "nope", "--as-of", DAY)[0] == 2
    assert opened.type("explain", "ipa:T99:UIT-01:1", "--as-of", DAY)[0] == 1
    assert opened.type("dossier", "UIT-99", "--as-of", DAY)[0] == 1
    assert opened.type("load", "/nergens")[0] == 1
    assert opened.type("collect", "/nergens.csv", "--as-of", DAY)[0] == 1
    assert opened.type("round", "open", "2026-13", "--as-of", DAY)[0] == 2


def test_a_round_about_a_period_far_ahead_is_refused_with_the_latest_that_is_over(terminal: Terminal) -> None:
    terminal.ask("load", str(SHIPPED), "--as-of", DAY)

    status, stdout, stderr = terminal.type("round", "open", "2062-Q1", "--as-of", DAY)

    assert (status, stdout) == (1, "")
    assert stderr == (
        "De periode 2062-Q1 begint pas op zondag 1 januari 2062. Zo ver vooruit opent geen uitvraag. "
        "De laatste periode die voorbij is, is 2025-Q4.\n"
    )
    assert terminal.ask("round", "list") == []


def test_replay_needs_no_database(terminal: Terminal) -> None:
    told = terminal.ask("replay", "--truth", str(SHIPPED / "known_knelpunten.csv"), "--as-of", DAY)

    assert (told["score"]["known"], told["score"]["found"], told["score"]["flagged_controls"]) == (8, 5, [])
    assert not terminal.home.exists()


def test_a_rejected_file_ends_with_one_and_stays_where_it_is(opened: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "opgave.csv"
    file.write_text("uitvraag;ministerie;aanbeveling;stand\n2025-Q4;BZK;ZIC-99;afgerond\n")

    status, stdout, _ = opened.type("collect", str(file), "--as-of", "2026-02-05", "--json")

    (receipt,) = json.loads(stdout)
    assert status == 1
    assert (receipt["outcome"], receipt["updates"], receipt["problems"][0]["row"]) == ("rejected", 0, 2)
    assert file.exists()


def test_a_file_with_an_unknown_column_goes_back_whole_with_all_that_is_wrong(opened: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "opgave.csv"
    file.write_text(
        "ministerie;aanbeveling;stand;kleur\nBZK;ZIC-99;afgerond;rood\nBZK;ZIC-03;klaaar;\nBZK;ZIC-01;in uitvoering;\n"
    )

    status, stdout, _ = opened.type("collect", str(file), "--as-of", "2026-02-05", "--json")

    (receipt,) = json.loads(stdout)
    assert (status, receipt["outcome"], receipt["updates"]) == (1, "rejected", 0)
    assert [(one["row"], one["code"]) for one in receipt["problems"]] == [
        (1, "heading_unknown"),
        (2, "dossier_unknown"),
        (3, "word_not_known"),
    ]


def test_a_column_that_may_be_the_ministry_is_the_only_thing_that_is_told(opened: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "opgave.csv"
    file.write_text("uitvrag;minsterie;aanbeveling;stand\n2025-Q4;BZK;ZIC-03;afgerond\n")

    status, stdout, _ = opened.type("collect", str(file), "--as-of", "2026-02-05", "--json")

    (receipt,) = json.loads(stdout)
    assert (status, [one["column"] for one in receipt["problems"]]) == (1, ["minsterie", "uitvrag"])


def test_a_form_is_written_in_one_go_and_told(opened: Terminal, tmp_path: Path) -> None:
    before = opened.stored()
    file = tmp_path / "szw.xlsx"
    file.write_bytes(b"een ouder bestand")

    told = opened.ask("workbook", "2025-Q4", "SZW", "--out", str(file), "--as-of", DAY)

    assert told == {"file": str(file), "programme": "ipa", "round": "2025-Q4", "organisation": "SZW", "rows": 31}
    assert file.read_bytes().startswith(b"PK")
    assert [path.name for path in tmp_path.iterdir() if "szw" in path.name] == ["szw.xlsx"]
    assert opened.stored() == before


def test_a_form_that_cannot_be_made_says_why(opened: Terminal, tmp_path: Path) -> None:
    def refused(*words: str, out: str = "a.xlsx") -> str:
        status, stdout, _ = opened.type("workbook", *words, "--out", str(tmp_path / out), "--as-of", DAY, "--json")
        assert (status, (tmp_path / out).exists()) == (1, False)
        (problem,) = json.loads(stdout)["problems"]
        return f"{problem['code']}: {problem['message']}"

    assert refused("2024", "SZW").startswith("unknown_round: De uitvraag 2024 is niet geopend.")
    assert refused("2025-Q4", "AZ").startswith("unknown_request: Aan AZ is in uitvraag 2025-Q4 niets gevraagd.")
    assert refused("2025-Q4", "SZW", out="weg/a.xlsx") == (
        f"folder_missing: De map {tmp_path / 'weg'} bestaat niet. Maak de map eerst, of kies een andere."
    )
    assert not list(tmp_path.glob(".*xlsx*"))


def test_what_went_is_shown_on_the_day_on_which_it_went(opened: Terminal) -> None:
    opened.ask("run", "--as-of", "2026-03-05")
    key = "request:2025-Q4:SZW:H3:szw-main@ministerie.example"

    shown = opened.type("messages", "--as-of", "2026-03-05")[1].splitlines()
    (line,) = [one for one in opened.ask("messages", "--as-of", "2026-03-05") if one["key"] == key]

    about = "uitvraag 2025-Q4 aan SZW, laatste dag (H3), herinnering"
    assert f"2026-03-05  afgegeven      szw-main@ministerie.example: {about}" in shown
    assert (line["planned_on"], line["handed_over_at"][:10]) == ("2026-03-04", "2026-03-05")
    days = [one[:10] for one in shown]
    assert days == sorted(days)


def test_messages_are_asked_for_by_the_word_on_the_screen_as_well(opened: Terminal) -> None:
    words = {state: MESSAGE_WORDS[state] for state in STATES}

    by_code, by_word, with_capital = (
        opened.ask("messages", "--state", state, "--as-of", DAY) for state in ("handed_over", "afgegeven", "Afgegeven")
    )
    told = " ".join(opened.type("messages", "--help")[1].split())

    assert {line["state"] for line in by_code} == {"handed_over"}
    assert by_code == by_word == with_capital
    assert {state for state, said in words.items() if f"{state} ({said})" not in told} == set()


def test_who_has_a_signal_in_hand_is_shown_and_no_person_is(opened: Terminal) -> None:
    taken, put_off = "ipa:T02:HUI-01:1", "ipa:T06:HUI-01:1"
    words = ("--by", "vro-main@ministerie.example", "--reason", "Wij overleggen", "--as-of", DAY)
    opened.ask("decide", "acknowledge", taken, "--until", "2026-02-17", "--next-step", "Overleg met de regio.", *words)
    opened.ask("decide", "snooze", put_off, "--until", "2026-02-18", *words)

    listed = opened.type("signals", "--as-of", DAY)[1]
    explained = [opened.type("explain", one, "--as-of", DAY)[1] for one in (taken, put_off)]
    shapes = [opened.ask("explain", one, "--as-of", DAY) for one in (taken, put_off)]
    freed = opened.type("signals", "--as-of", "2026-02-23")[1]

    sentences = (
        "Opgepakt door VRO tot en met 17 februari 2026. Volgende stap: Overleg met de regio.",
        "Uitgesteld door VRO tot en met 18 februari 2026.",
    )
    for sentence, text in zip(sentences, explained, strict=True):
        assert f"         {sentence}\n" in listed
        assert f"Behandeling:   {sentence}\n" in text
        assert sentence not in freed
    assert "@" not in listed + "".join(explained)
    assert [(one["state"], one["until"], one["next_step"]) for one in shapes] == [
        ("acknowledged", "2026-02-17", "Overleg met de regio."),
        ("snoozed", "2026-02-18", ""),
    ]


def test_what_a_person_decides_is_noted_and_shown(opened: Terminal) -> None:
    identity = "ipa:T02:HUI-01:1"
    words = ("--by", "vro-main@ministerie.example", "--until", "2026-02-20")

    status, stdout, stderr = opened.type("decide", "snooze", identity, *words, "--json", "--as-of", DAY)
    assert stderr.startswith("Dit kan zo niet. Er is niets veranderd.\n- --reason: ")
    noted = opened.ask("decide", "snooze", identity, *words, "--reason", "Wachten op de brief", "--as-of", DAY)
    (signal,) = [one for one in opened.ask("signals", "--as-of", DAY) if one["id"] == identity]
    timeline = opened.ask("dossier", "HUI-01", "--as-of", DAY)["timeline"]

    assert status == 1
    assert [problem["code"] for problem in json.loads(stdout)["problems"]] == ["act_without_reason"]
    assert (noted["kind"], noted["signal"], noted["until"]) == ("snooze", identity, "2026-02-20")
    assert signal["state"] == "snoozed"
    assert [one["text"] for one in timeline if one["kind"] == "decision"] == [
        "Besluit: signaal T02 uitgesteld tot en met 20 februari 2026, door VRO. Reden: Wachten op de brief"
    ]


def test_who_explains_hears_at_once_when_that_counts_and_who_accepts_it_does_not(opened: Terminal) -> None:
    words = ("decide", "explain", "ipa:T02:HUI-01:1", "--until", "2026-06-30", "--reason", "Stikstof", "--as-of", DAY)

    given = opened.type(*words, "--by", "vro-main@ministerie.example")[1]
    accepted = opened.type(*words, "--by", "projectleider@ipa.example")[1]

    assert given.splitlines() == [
        "Vastgelegd: uitleg bij signaal T02 gegeven, tot en met 30 juni 2026, door VRO. Reden: Stikstof",
        "De uitleg telt nog niet mee. Het projectteam, de projectleider of de bestuurlijk aanjager aanvaardt hem met:",
        "  ipa decide explain ipa:T02:HUI-01:1 --until 2026-06-30 --by ADRES --reason TEKST",
    ]
    assert accepted.startswith("Vastgelegd: uitleg bij signaal T02 aanvaard, ")
    assert len(accepted.splitlines()) == 1

"""Whoever has nothing but `ipa explain --json` finds the same days and weights."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.rules import ALL_RULES
from tests.cli.conftest import Terminal
from tests.conftest import copied
from tests.recomputed import RULES, events_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable

SHIPPED_DAY, LAST_DAY = "2026-02-04", "2026-05-06"
SHIPPED_RULES = {*("T01", "T02", "T03", "T04", "T06", "T07"), *("V01", "V05", "G03", "R02", "O05")}

WEIGHED = ("opened", "came_back", "raised", "lowered")

PROGRAMME = """
code = "proef"
name = "Proefprogramma"
adopted_on = 2025-01-06
[rounds]
cadence = "quarterly"
[[thresholds.V01]]
valid_from = 2025-01-01
decision = "Besluit van het projectteam"
low_after = 30
medium_after = 60
high_after = 90
[[thresholds.V06]]
valid_from = 2025-01-01
decision = "Besluit van het projectteam"
comparables = 8
bands = [{ instrument = "wet", below = 15, within = 40 }, { instrument = "wet", below = 60 }]
"""

REGISTER = [
    # code, lead, planned_on, priority, advised_on, adoption, depends_on
    ("NADERT", "SZW", "2026-05-20", "", "", "", ""),
    ("ZONDER", "SZW", "", "", "", "", ""),
    ("SCHUIFT", "SZW", "2025-06-30", "", "", "", ""),
    ("DRIJFT", "SZW", "2025-04-01", "ja", "", "", ""),
    ("HEROPEND", "SZW", "2025-02-01", "", "", "", ""),
    ("VERVALT", "SZW", "", "", "", "", ""),
    ("STIL", "SZW", "", "", "", "", ""),
    ("TERUG", "SZW", "", "ja", "", "", ""),
    ("VAST", "SZW", "", "", "", "", ""),
    ("WACHT", "SZW", "", "", "", "", "VAST;SCHUIFT"),
    ("STUK", "SZW", "", "", "", "", ""),
    ("WEG", "SZW", "", "", "", "", ""),
    ("ADVIES", "SZW", "", "", "2025-01-20", "undecided", ""),
    ("ZELFDE", "SZW", "", "", "", "", ""),
    ("MOOI", "SZW", "2025-06-01", "", "", "", ""),
    ("KLAAR", "SZW", "", "", "", "", ""),
    ("BESLUIT", "SZW", "", "", "", "", ""),
    ("GEEN", "SZW", "", "", "", "", ""),
    ("ANDER", "BZK", "", "", "", "", ""),
    ("SAMEN", "BZK", "2025-03-31", "", "", "", ""),
    ("WET", "SZW", "", "", "", "", ""),
    ("TRAAG", "SZW", "", "", "", "", ""),
    *((f"EERDER-{number}", "SZW", "", "", "", "", "") for number in range(8)),
]
THEMES = dict.fromkeys(("VAST", "SAMEN", "ZONDER"), "Samen")
LAWS = ("WET", "TRAAG", *(f"EERDER-{number}" for number in range(8)))

HISTORY = [
    # dossier or milestone, day, status, progress, planned date
    ("SCHUIFT", "2025-02-03", "in_progress", "10", "2025-06-30"),
    ("SCHUIFT", "2025-08-01", "in_progress", "20", "2026-01-31"),
    ("DRIJFT", "2025-02-03", "in_progress", "10", "2025-05-15"),
    ("DRIJFT", "2025-03-03", "in_progress", "10", "2025-06-15"),
    ("DRIJFT", "2025-04-03", "in_progress", "10", "2025-06-20"),
    ("DRIJFT", "2025-04-24", "in_progress", "10", "2026-06-20"),
    ("HEROPEND", "2025-01-20", "in_progress", "10", "2025-09-01"),
    ("HEROPEND", "2025-03-10", "completed", "100", ""),
    ("HEROPEND", "2025-05-12", "in_progress", "70", "2025-09-01"),
    ("VERVALT", "2025-02-03", "in_progress", "10", "2025-12-31"),
    ("VERVALT", "2025-05-05", "in_progress", "15", ""),
    ("STIL", "2025-02-03", "in_progress", "10", ""),
    ("STIL", "2025-03-03", "in_progress", "10", ""),
    ("STIL", "2025-04-03", "in_progress", "10", ""),
    ("TERUG", "2025-02-03", "in_progress", "60", ""),
    ("TERUG", "2025-03-03", "in_progress", "40", ""),
    ("TERUG", "2025-04-07", "not_started", "40", ""),
    ("VAST", "2025-02-14", "blocked", "10", ""),
    ("WEG", "2025-03-03", "dropped", "", ""),
    ("WET", "2025-04-07", "in_progress", "20", "2026-06-30"),
    ("TRAAG", "2025-02-10", "in_progress", "10", ""),
    # Eight that came before: each promised a hundred days, and took twice as long.
    *(
        (f"EERDER-{number}", on, status, progress, "2025-04-16")
        for number in range(8)
        for on, status, progress in (
            ("2025-01-06", "in_progress", "10"),
            ("2025-02-03", "in_progress", "20"),
            ("2025-05-05", "in_progress", "70"),
            ("2025-07-25", "completed", "100"),
        )
    ),
]

ROUND_1 = [
    {"recommendation": "ZELFDE", "status": "in_progress", "note": "Wij werken aan het plan van aanpak voor dit punt."},
    {"recommendation": "ZONDER", "status": "in_progress", "help_wanted": "Wie overlegt met de gemeenten?"},
    {"recommendation": "MOOI", "status": "in_progress", "rating": "on_track", "progress": 20},
    {"recommendation": "KLAAR", "status": "completed"},
    {"recommendation": "BESLUIT", "status": "in_progress", "planned_on": "2026-01-31"},
    {"recommendation": "GEEN", "status": "completed", "effect": "none", "evidence": ["https://example.org/kst-1"]},
]
ROUND_1_OF_BZK = [{"recommendation": "ANDER", "status": "in_progress"}]
ROUND_2 = [
    {"recommendation": "ZELFDE", "status": "in_progress", "note": "Wij werken aan het plan van aanpak voor dit punt."},
    {"recommendation": "MOOI", "status": "in_progress", "rating": "on_track", "progress": 30},
]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return a home in which a year passed with something of everything in it."""
    folder = tmp_path_factory.mktemp("proef")
    terminal = Terminal(folder / "home")
    (folder / "programme.toml").write_text(PROGRAMME, "utf-8")
    write(folder / "organisations.csv", "code,name,kind,valid_from,valid_to,successors,source", [
        (code, f"Ministerie van {code}", "ministry", "", "", "", "") for code in ("SZW", "BZK")
    ])  # fmt: skip
    write(folder / "contacts.csv", "organisation,name,email,role,valid_from,valid_to", [
        ("SZW", "Contactpunt", "szw@ministerie.example", "main", "", ""),
        ("SZW", "Projectleider", "leider@ministerie.example", "project_lead", "", ""),
    ])  # fmt: skip
    write(
        folder / "recommendations.csv",
        "code,kind,parent,theme,title,description,lead,co_leads,actors,instrument,adopted_on,depends_on,recurs,"
        "official_code,source,confidence,provenance,planned_on,priority,advised_on,adoption",
        [
            (code, "recommendation", "", THEMES.get(code, "Thema"), f"Dossier {code}", "", lead, "", "")
            + ("wet" if code in LAWS else "", "", waits_for)
            + ("",) * 5
            + (planned_on, priority, advised_on, adoption)
            for code, lead, planned_on, priority, advised_on, adoption, waits_for in REGISTER
        ],
    )
    write(folder / "milestones.csv", "code,recommendation,title,planned_on", [("STUK-1", "STUK", "Plan", "2025-03-14")])
    write(
        folder / "history.csv",
        "recommendation,reported_on,organisation,status,progress,planned_on,note,source,confidence",
        [
            (code, on, "SZW", status, progress, planned_on, "", "Kamerbrief", "high")
            for code, on, status, progress, planned_on in HISTORY
        ],
    )
    terminal.ask("load", str(folder), "--as-of", "2025-03-20")
    terminal.ask("run", "--as-of", "2025-04-02")
    rebaseline(terminal, "BESLUIT", "2025-04-03", planned_on="2025-06-30")
    hand_in(terminal, folder, "2025-Q1", "2025-04-10", ROUND_1)
    hand_in(terminal, folder, "2025-Q1", "2025-04-11", ROUND_1_OF_BZK, organisation="BZK")
    terminal.ask("run", "--as-of", "2025-07-02")
    hand_in(terminal, folder, "2025-Q2", "2025-07-10", ROUND_2)
    propose(terminal, "proef:T06:VERVALT:1", "2025-07-11", planned_on="2025-07-31", review_on="2025-08-29")
    terminal.ask("run", "--as-of", LAST_DAY)
    return terminal


def test_every_kind_of_signal_of_the_shipped_history_can_be_done_again(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with copied(request, "sqlite", tmp_path / "home"):
        documents = sampled(Terminal(tmp_path / "home"), SHIPPED_DAY, most=1)

    assert {document["rule"] for document in documents} >= SHIPPED_RULES
    for document in documents:
        assert_done_again(document, SHIPPED_DAY)


def test_every_rule_can_be_done_again(made_up: Terminal) -> None:
    documents = sampled(made_up, LAST_DAY, most=3)

    # S03, M01, M03 and M04 have tests of their own.
    about_facts = {rule.code for rule in ALL_RULES if rule.family in "KTVGRO"} | {"S01", "S02", "M02"}
    assert {document["rule"] for document in documents} == about_facts
    for document in documents:
        assert_done_again(document, LAST_DAY)


def test_a_plan_that_is_later_than_was_decided_before_any_word_is_told_as_that(made_up: Terminal) -> None:
    drift = made_up.ask("explain", "proef:T04:BESLUIT:1", "--as-of", LAST_DAY)
    late = made_up.ask("explain", "proef:T07:BESLUIT:1", "--as-of", LAST_DAY)

    assert drift["sentence"] == (
        "De planning is 31 januari 2026: 215 dagen later dan de eerste planning, 30 juni 2025."
    )
    assert drift["sums"][:3] == [
        "Een besluit van 3 april 2025 gaf de eerste planning.",
        "Eerste datum: 30 juni 2025. Laatste datum: 31 januari 2026. Dat is 215 dagen later.",
        "Na dat besluit was de planning op 10 april 2025: 31 januari 2026.",
    ]
    assert late["sums"][0] == "Eerste planning: 30 juni 2025, volgens een besluit van 3 april 2025."


def sampled(terminal: Terminal, as_of: str, *, most: int) -> list[dict[str, Any]]:
    """Return the documents of a few signals of each rule."""
    mine: dict[str, list[str]] = {}
    for row in terminal.ask("signals", "--all", "--as-of", as_of):
        if row["rule"] in RULES:
            mine.setdefault(row["rule"], []).append(row["id"])
    chosen = [identity for ids in mine.values() for identity in sorted(ids)[:most]]
    return [terminal.ask("explain", identity, "--as-of", as_of) for identity in chosen]


def assert_done_again(document: dict[str, Any], as_of: str) -> None:
    """Compare what the sums give with what the document says happened."""
    told = [(date.fromisoformat(one["on"]), one["severity"]) for one in document["changes"] if one["kind"] in WEIGHED]
    found = events_of(document)

    for ground in document["grounds"]:
        assert steps_of(document["rule"], ground) == [
            (date.fromisoformat(one["on"]), one["severity"]) for one in ground["steps"]
        ], document["id"]
    assert found[: len(told)] == told, document["id"]
    assert all(on > date.fromisoformat(as_of) for on, _ in found[len(told) :])
    assert document["opened_on"] == found[0][0].isoformat()
    assert document["severity"] == told[-1][1]


def write(file: Path, heading: str, rows: Iterable[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([heading.split(","), *rows])


def hand_in(
    terminal: Terminal, folder: Path, code: str, as_of: str, updates: list[dict[str, Any]], organisation: str = "SZW"
) -> None:
    file = folder / f"{code}-{organisation}.json"
    file.write_text(json.dumps({"round": code, "organisation": organisation, "updates": updates}), "utf-8")
    (receipt,) = terminal.ask("collect", str(file), "--as-of", as_of)
    assert receipt["problems"] == []


def propose(terminal: Terminal, signal: str, as_of: str, *, planned_on: str, review_on: str) -> None:
    said = ("--reason", "Zo is het besproken", "--next-step", "Een nieuwe planning maken", "--owner", "SZW")
    days = ("--on", planned_on, "--review-on", review_on, "--as-of", as_of)
    terminal.ask("decide", "propose", signal, "--by", "leider@ministerie.example", *said, *days)


def rebaseline(terminal: Terminal, code: str, as_of: str, *, planned_on: str) -> None:
    said = ("--by", "leider@ministerie.example", "--reason", "Zo is het besproken", "--on", planned_on)
    terminal.ask("decide", "rebaseline", code, *said, "--as-of", as_of)

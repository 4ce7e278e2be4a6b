"""What was typed wrong is said in Dutch, with what is allowed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

DAY = "2026-02-04"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
opened_on_sqlite = pytest.mark.parametrize("opened", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("nonsens",), "De opdracht nonsens kennen wij niet. Kies uit: run, load, "),
        (("round", "dicht"), "De opdracht dicht kennen wij niet. Kies uit: open, list, waive, move."),
        (("explain",), "SIGNAAL ontbreekt. Het kenmerk uit `ipa signals`."),
        (
            ("round", "waive", "2025-Q4", "EZ"),
            "--reason ontbreekt. Waarom dit ministerie niet hoeft te antwoorden.",
        ),
        (("round", "move", "2025-Q4", "--reason", "reces"), "--due ontbreekt. De nieuwe laatste dag, bijvoorbeeld "),
        (("upcoming", "--days", "x"), "De waarde bij --days past niet. Vul een geheel getal in van 0 of hoger."),
        (
            ("serve", "--port", "99999"),
            "De waarde bij --port past niet. Vul een geheel getal in van 1 tot en met 65535.",
        ),
        (("simulate", "--seed", "x"), "De waarde bij --seed past niet. Vul een geheel getal in."),
        (("upcoming", "--days"), "Bij --days ontbreekt de waarde."),
        (("run", "--dry-run=3"), "Bij --dry-run hoort geen waarde."),
        (("run", "--nope"), "--nope kennen wij niet. Kies uit: --dry-run, --programme, --as-of, --json, --help."),
        (("run", "extra", "woord"), "Hier staat te veel: extra woord. "),
        (("run", "--as-of", "morgen"), "morgen is geen moment dat wij kunnen lezen. Vul bij --as-of een dag in, "),
        (
            ("audit", "verify", "--anchor", "x"),
            "x is geen anker. Neem het over zoals ‘ipa audit verify’ het gaf: ",
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_a_word_that_is_wrong_is_told_in_dutch_with_what_is_allowed(
    terminal: Terminal, typed: tuple[str, ...], told: str
) -> None:
    status, stdout, stderr = terminal.type(*typed)
    as_json = terminal.type(*typed, "--json")[1] if "serve" not in typed and typed[-1] != "--days" else ""

    assert (status, stdout) == (2, "")
    assert stderr.startswith(told)
    assert re.search(r"\b(error|usage|try|missing|invalid|no such)\b", stderr.lower()) is None
    assert not as_json or json.loads(as_json)["problems"][0]["message"].startswith(told)
    assert not terminal.home.exists()


@opened_on_sqlite
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            ("round", "open", "2026-Q7"),
            "2026-Q7 is geen periode. Schrijf een jaar, halfjaar, kwartaal of maand zo: ",
        ),
        (("messages", "--state", "foo"), "De toestand foo kennen wij niet. Kies uit: dead, handed_over, planned, "),
        (("round", "waive", "2025-Q4", "SZW", "--reason", " "), "De reden is leeg. "),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_a_value_that_is_wrong_is_told_with_what_is_allowed(
    opened: Terminal, typed: tuple[str, ...], told: str
) -> None:
    status, stdout, stderr = opened.type(*typed, "--as-of", DAY)

    assert (status, stdout) == (2, "")
    assert stderr.startswith(told)


@opened_on_sqlite
def test_a_date_that_is_none_hides_nothing_else_of_a_decision(opened: Terminal) -> None:
    words = ("decide", "snooze", "ipa:T02:HUI-01:1", "--by", "a@b", "--until", "2026-13-20", "--on", "morgen")

    status, stdout, _ = opened.type(*words, "--as-of", DAY, "--json")

    assert status == 1
    assert [(one["code"], one["column"], one["value"]) for one in json.loads(stdout)["problems"]] == [
        ("act_by_unknown", "--by", "a@b"),
        ("act_without_reason", "--reason", ""),
        ("date_impossible", "--until", "2026-13-20"),
        ("act_takes_no", "--on", "morgen"),
    ]


@on_sqlite
def test_help_is_shown_where_only_a_group_is_named(terminal: Terminal) -> None:
    status, _, stderr = terminal.type("round")

    assert status == 2
    assert "Open een uitvraag" in stderr

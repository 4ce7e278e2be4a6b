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
        (("mesages",), "De opdracht mesages kennen wij niet. Bedoelt u messages? Kies uit: run, load, "),
        (("round", "opn"), "De opdracht opn kennen wij niet. Bedoelt u open? Kies uit: open, list, waive, move."),
        (("d'accord",), "De opdracht d'accord kennen wij niet. Kies uit: run, load, "),
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
        (
            ("messages", "--state", "foo"),
            "De toestand foo kennen wij niet. Kies uit: dead (niet bezorgd), handed_over (afgegeven), ",
        ),
        (("messages", "--state", "klaargezet"), "De toestand klaargezet kennen wij niet. Kies uit: "),
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


OPEN = "ipa:T04:UIT-01:1, ipa:T07:UIT-01:1, ipa:O02:T04:UIT-01:1:1, ipa:O02:T07:UIT-01:1:1"


@opened_on_sqlite
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("explain", "UIT-01"), f"UIT-01 is een dossier, geen signaal. Open signalen hierover: {OPEN}."),
        (("explain", "POS-01"), "POS-01 is een dossier, geen signaal. Open signalen hierover: geen."),
        (("explain", "UIT-99"), "Het signaal UIT-99 is er niet op dit moment. Kijk met: ipa signals --all"),
        (
            ("decide", "snooze", "UIT-01"),
            f"- SIGNAAL: UIT-01 is een dossier, geen signaal. Open signalen hierover: {OPEN}.",
        ),
        (
            ("decide", "verify", "HUI-99"),
            "- AANBEVELING: De aanbeveling HUI-99 kennen wij niet. Bedoelt u HUI-09 of UIT-09 of HUI-M5?",
        ),
        (
            ("decide", "adopt", "HUI-04", "--adoption", "ja"),
            (
                "- --adoption: ja kennen wij niet als besluit van het kabinet. Kies bij --adoption uit: "
                "adopted (overgenomen), partly (deels overgenomen), not_adopted (niet overgenomen)."
            ),
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_who_names_another_thing_hears_what_there_is(opened: Terminal, typed: tuple[str, ...], told: str) -> None:
    words = ("--by", "projectleider@ipa.example", "--reason", "Zo is het") if typed[0] == "decide" else ()

    status, _, stderr = opened.type(*typed, *words, "--as-of", DAY)

    assert status == 1
    assert told in stderr.splitlines()


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

"""`ipa whatif` shows what other values would change, and changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.conftest import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DAY = "2026-02-04"


def a_trial(folder: Path, text: str) -> str:
    file = folder / "proef.toml"
    file.write_text(text, "utf-8")
    return str(file)


def test_a_trial_is_told_per_ministry_and_per_person_and_leaves_every_row(opened: Terminal, tmp_path: Path) -> None:
    file = a_trial(tmp_path, "[[thresholds.T03]]\nlow_after = 500\n[[ladders.request]]\nh1 = -8\n")
    before = opened.stored()

    told = opened.ask("whatif", file, "--as-of", DAY)
    again = opened.ask("whatif", file, "--as-of", DAY)

    assert told == again
    assert opened.stored() == before
    assert {"ministry": "EZ", "appears": 0, "moves": 1, "vanishes": 0} in told["history"]["ministries"]
    assert {"recipient": "ez-main@ministerie.example", "appears": 0, "moves": 1, "vanishes": 0} in told["now"]["people"]
    assert {one["change"] for one in told["now"]["messages"]} == {"moves"}
    (one,) = [one for one in told["history"]["signals"] if one["key"] == "T03:INS-06"]
    assert (one["before"]["opened_on"], one["after"]["opened_on"]) == ("2021-06-18", "2022-12-03")


def test_a_moment_that_was_worked_after_shows_the_history_only(opened: Terminal, tmp_path: Path) -> None:
    file = a_trial(tmp_path, "[[thresholds.T06]]\n")

    told = opened.ask("whatif", file, "--as-of", "2025-01-01")

    assert (told["now"], told["history"]) == (None, {"signals": [], "ministries": []})


def test_everything_that_is_wrong_is_told_at_once(opened: Terminal, tmp_path: Path) -> None:
    file = a_trial(tmp_path, '[[thresholds.T99]]\n[[thresholds.V01]]\nlow_after = "x"\n[[closed_day]]\n[rounds]\n')

    status, stdout, _ = opened.type("whatif", file, "--as-of", DAY, "--json")

    problems = json.loads(stdout)["problems"]
    assert status == 1
    assert [(one["code"], one["column"], one["value"]) for one in problems] == [
        ("policy_unknown", "thresholds.T99", "T99"),
        ("type_not_whole", "thresholds.V01.low_after", "x"),
        ("key_missing", "closed_day.on", ""),
        ("key_missing", "closed_day.name", ""),
        ("key_unknown", "rounds", "rounds"),
    ]


def test_a_trial_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(tmp_path / "home")

    file = a_trial(tmp_path, "[[thresholds.T06]]\n[[ladders.request]]\nh1 = -8\n")
    _, lines, _ = terminal.type("whatif", file, "--as-of", DAY)

    assert "Berichten: 6 anders." in lines.splitlines()
    assert "  ez-main@ministerie.example: 1 anders" in lines.splitlines()
    assert "Signalen in de hele geschiedenis: geen verschil." in lines.splitlines()
    assert not terminal.home.exists()

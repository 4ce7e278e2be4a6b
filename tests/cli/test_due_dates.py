"""`ipa round move` tells what moved, when the ministries read that, and what cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

DAY = "2026-02-04"
opened_on_sqlite = pytest.mark.parametrize("opened", ["sqlite"], indirect=True)


@opened_on_sqlite
def test_a_round_moves_and_the_list_shows_the_date_that_stands(opened: Terminal) -> None:
    words = ("round", "move", "2025-Q4", "--due", "2026-03-18", "--reason", "Reces", "--as-of", DAY)

    status, printed, _ = opened.type(*words)

    (listed,) = opened.ask("round", "list", "--as-of", DAY)
    lines = printed.splitlines()
    assert status == 0
    assert lines[0] == "De laatste dag van uitvraag 2025-Q4 is verplaatst. Reden: Reces"
    assert lines[1] == (
        "  BZK    woensdag 18 maart 2026 (was 4 maart 2026). Dit staat in het bericht van 4 maart 2026."
    )
    assert listed["due_on"] == "2026-03-18"
    assert {one["due_on"] for one in listed["requests"]} == {"2026-03-18"}
    assert {(one["moved_from"], one["move_reason"]) for one in listed["requests"]} == {("2026-03-04", "Reces")}
    assert "antwoorden tot en met 18 maart 2026:" in opened.type("round", "list", "--as-of", DAY)[1]


@opened_on_sqlite
def test_a_date_of_one_ministry_stands_beside_that_of_the_round(opened: Terminal) -> None:
    words = ("round", "move", "2025-Q4", "BZK", "--due", "2026-03-18", "--reason", "Reces", "--as-of", "2026-02-05")

    moved = opened.ask(*words)

    (before,) = opened.ask("round", "list", "--as-of", DAY)
    lines = opened.type("round", "list", "--as-of", "2026-02-05")[1].splitlines()
    own = [line.split()[0] for line in lines if line.endswith(", antwoorden tot en met 18 maart 2026")]
    assert moved["due_on"] == "2026-03-04"
    assert [(one["organisation"], one["due_on"], one["told_on"]) for one in moved["requests"]] == [
        ("BZK", "2026-03-18", "2026-03-04")
    ]
    assert own == ["BZK"]
    assert {one["due_on"] for one in before["requests"]} == {"2026-03-04"}


@opened_on_sqlite
@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-03-10", "Het eerste bericht gaat pas op 31 maart 2026: laat het zelf eerder weten."),
        ("2026-03-12", "Hierover gaat geen bericht meer uit: laat het zelf weten."),
    ],
    ids=["after L1", "after L2"],
)
def test_who_moves_a_date_hears_that_no_message_tells_it_in_time(opened: Terminal, moment: str, told: str) -> None:
    for day in (
        "2026-02-18",
        "2026-02-27",
        "2026-03-04",
        "2026-03-09",
        *(("2026-03-11",) if moment > "2026-03-11" else ()),
    ):
        opened.ask("run", "--as-of", day)
    words = ("round", "move", "2025-Q4", "BZK", "--due", "2026-03-24", "--reason", "Reces", "--as-of", moment)

    printed = opened.type(*words)[1]

    assert printed.splitlines()[1:] == [f"  BZK    dinsdag 24 maart 2026 (was 4 maart 2026). {told}"]


@opened_on_sqlite
def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_stored(opened: Terminal) -> None:
    before = opened.stored()
    words = ("round", "move", "2025-Q4", "ABC", "--due", "2026-03-07", "--reason", " ", "--as-of", DAY)

    status, stdout, _ = opened.type(*words, "--json")
    stderr = opened.type(*words)[2]

    assert status == 1
    assert [(one["code"], one["column"], one["value"]) for one in json.loads(stdout)["problems"]] == [
        ("due_ministry_unknown", "MINISTERIE", "ABC"),
        ("due_not_working_day", "--due", "2026-03-07"),
        ("act_without_reason", "--reason", ""),
    ]
    assert stderr.splitlines()[0] == "Dit kan zo niet. Er is niets veranderd."
    assert (
        "- --due: 2026-03-07 is geen werkdag. Kies een werkdag, bijvoorbeeld 2026-03-06 of 2026-03-09."
        in stderr.splitlines()
    )
    assert opened.stored() == before

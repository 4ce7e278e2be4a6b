"""One of many files cannot be taken in today: the others are, it waits in the drop folder, and the run says so."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ipa_core.app import SHIPPED
from ipa_core.errors import WriteInThePast
from ipa_core.intake.submissions import MAX_BYTES
from ipa_core.reports.receipts import Outcome
from ipa_core.store import submissions
from tests.another_programme import CODE, another_programme

if TYPE_CHECKING:
    from tests.journeys.world import World

DAY, DAY_AFTER = "2026-02-05", "2026-02-06"


def drop(world: World, name: bytes, ministry: str, code: str, programme: str = "ipa") -> None:
    """Put an answer into the drop folder under a name of these bytes."""
    inbox = world.home / "inbox"
    inbox.mkdir(exist_ok=True)
    updates = [{"recommendation": code, "unchanged": True}]
    document = {"programme": programme, "round": "2025-Q4", "organisation": ministry, "updates": updates}
    (inbox / os.fsdecode(name)).write_text(json.dumps(document))


def lying(world: World) -> list[str]:
    """What lies where in the drop folder; receipts left out."""
    inbox = world.home / "inbox"
    files = (str(path.relative_to(inbox)) for path in inbox.rglob("*") if path.is_file())
    return sorted(name for name in files if not name.endswith(".ontvangst.txt"))


def kept_name(world: World, sha256: str) -> str:
    kept = world.app.database.read(lambda session: submissions.find_file(session, sha256))
    assert kept is not None
    return kept.name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("opgave-één.json".encode("latin-1"), "opgave-één.json", id="an old share writes Latin-1"),
        pytest.param("opgave-één.json".encode(), "opgave-één.json", id="as all others do"),
        pytest.param(b"opgave-\x81.json", "opgave-\\udc81.json", id="bytes that stand for nothing"),
        pytest.param(b"opgave\x1b[2J\n.json", "opgave\\x1b[2J\\n.json", id="what would upset a screen"),
    ],
)
def test_a_file_with_an_odd_name_is_read_like_any_other(opened: World, name: bytes, shown: str) -> None:
    drop(opened, name, "BZK", "ZIC-01")
    drop(opened, b"szw.json", "SZW", "UIT-01")

    receipts = opened.run(DAY).receipts

    assert [(one.name, one.outcome) for one in receipts] == [(shown, Outcome.ACCEPTED), ("szw.json", Outcome.ACCEPTED)]
    assert kept_name(opened, receipts[0].sha256) == shown
    done = opened.home / "inbox" / "done"
    assert (done / os.fsdecode(name)).exists()
    assert shown in (done / os.fsdecode(name + b".ontvangst.txt")).read_text("utf-8")


def test_a_file_that_is_named_may_have_an_odd_name_too(opened: World) -> None:
    receipt = opened.collect(DAY, os.fsdecode("één.txt".encode("latin-1")), b"niets")

    assert (receipt.name, receipt.outcome) == ("één.txt", Outcome.REJECTED)


def test_a_file_of_a_programme_that_fails_keeps_no_other_waiting(world: World, tmp_path: Path) -> None:
    for folder in (SHIPPED, another_programme(tmp_path)):
        world.app.load(folder, world.app.moment("2026-02-04").at)
    world.run("2026-02-04")
    world.app.detect(CODE, world.app.moment("2026-03-10").at)
    drop(world, b"a.json", "BZK", "ZIC-01", CODE)
    drop(world, b"b.json", "BZK", "ZIC-01")

    with pytest.raises(WriteInThePast):
        world.app.collect(None, world.app.moment(DAY).at)

    assert lying(world) == ["a.json", "done/b.json"]
    receipts = world.app.collect(None, world.app.moment("2026-03-10").at)
    assert [(one.programme, one.outcome) for one in receipts] == [(CODE, Outcome.ACCEPTED)]
    assert lying(world) == ["done/a.json", "done/b.json"]


def test_a_file_that_may_not_be_read_waits_and_is_told(opened: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(opened, b"bzk.json", "BZK", "ZIC-01")
    drop(opened, b"szw.json", "SZW", "UIT-01")
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "bzk.json":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", refuse)
        with pytest.raises(PermissionError):
            opened.run(DAY)

    assert lying(opened) == ["bzk.json", "done/szw.json"]
    assert [one.outcome for one in opened.run(DAY_AFTER).receipts] == [Outcome.ACCEPTED]


def test_a_file_that_is_too_large_goes_back_unread(opened: World) -> None:
    for name in ("opgave.csv", "opgave.json"):
        drop(opened, name.encode(), "BZK", "ZIC-01")
        os.truncate(opened.home / "inbox" / name, 8 * 1024**4 if name == "opgave.csv" else MAX_BYTES)

    receipts = opened.run(DAY).receipts

    assert [(one.name, one.outcome, one.problems[0].code) for one in receipts] == [
        ("opgave.csv", Outcome.REJECTED, "file_too_large"),
        ("opgave.json", Outcome.REJECTED, "json_malformed"),
    ]
    assert lying(opened) == ["returned/opgave.csv", "returned/opgave.json"]
    told = (opened.home / "inbox/returned/opgave.csv.ontvangst.txt").read_text("utf-8")
    assert "Dit bestand is groter dan 10 MB." in told


def test_a_named_file_that_is_too_large_goes_back_unread(opened: World) -> None:
    file = opened.home / "opgave.csv"
    file.touch()
    os.truncate(file, 8 * 1024**4)

    receipt = opened.app.collect_named(file, None, opened.app.moment(DAY).at)

    assert (receipt.outcome, [found.code for found in receipt.problems]) == (Outcome.REJECTED, ["file_too_large"])


def test_of_two_files_that_are_too_large_neither_takes_the_place_of_the_other(opened: World) -> None:
    for size in (MAX_BYTES + 1, MAX_BYTES + 2, MAX_BYTES + 3):
        drop(opened, b"opgave.csv", "BZK", "ZIC-01")
        os.truncate(opened.home / "inbox" / "opgave.csv", size)
        opened.run(DAY)

    sizes = [path.stat().st_size for path in (opened.home / "inbox" / "returned").glob("*.csv")]
    assert sorted(sizes) == [MAX_BYTES + 1, MAX_BYTES + 2, MAX_BYTES + 3]


def test_a_rehearsal_counts_the_files_without_reading_them(opened: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(opened, b"bzk.json", "BZK", "ZIC-01")

    def refuse(_: Path) -> bytes:
        raise AssertionError

    monkeypatch.setattr(Path, "read_bytes", refuse)

    assert opened.app.waiting_files() == ["bzk.json"]

"""A digest waits for a mail server: what goes in the end is true on the day on which it goes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from ipa_core.reports.digests import Digest
from ipa_core.store.outbox import DigestRow, MessageState, OutboxMessageRow
from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from tests.journeys.handovers import Folder, load, text_of
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AANJAGER, PROJECT_LEAD = "aanjager@ipa.example", "projectleider@ipa.example"
UNCHANGED = {"recommendation": "POS-05", "unchanged": True}
STUCK = "ipa:T02:HUI-01:1"
CLIMBED = ("2026-02-05", "2026-02-18", "2026-02-19", "2026-03-04", "2026-03-05")
"""Days after which the aanjager is to be asked about the signal that is stuck."""


@pytest.fixture
def cut_off(opened: World) -> Iterator[World]:
    """Return the same monitor while its mail server is away."""
    world = World(opened.home, opened.database_url, mail_url="smtp://127.0.0.1:1")
    yield world
    world.app.database.close()


def run_on(world: World, *days: str) -> None:
    for day in days:
        world.run(day)


def digests(world: World, reader: str = AANJAGER) -> list[str]:
    mails = [mail for mail in world.mails() if mail["To"] == reader and "weekoverzicht" in mail["Subject"]]
    return [" ".join(text_of(mail).split()) for mail in mails]


def lines(world: World, as_of: str, week: str) -> list[tuple[str, str, str, str]]:
    return [
        (line.recipient.split("@")[0], line.state, line.why_not, f"{line.handed_over_at or ''}"[:10])
        for line in world.messages(as_of)
        if line.kind == "digest" and line.key.startswith(f"digest:{week}:")
    ]


def asked(world: World, as_of: str) -> set[tuple[str, str, str]]:
    return {
        (line.recipient.split("@")[0], line.state, line.why_not)
        for line in world.messages(as_of)
        if line.about == STUCK and line.rung == "aanjager"
    }


def take_up(world: World, as_of: str, until: date) -> None:
    act = Act(
        kind="acknowledge",
        about=STUCK,
        by="vro-main@ministerie.example",
        reason="Zo is het besproken",
        next_step="Overleg",
        until=until,
    )
    at = world.app.moment(as_of).at
    world.app.database.write(lambda session: decide(session, "ipa", act, at=at))


def test_a_digest_that_nobody_saw_tells_what_is_true_when_it_goes(opened: World, cut_off: World) -> None:
    run_on(opened, "2026-03-09", "2026-03-11", "2026-03-18")
    cut_off.run("2026-04-07")
    opened.answer("2026-04-08", "SZW", UNCHANGED)

    opened.run("2026-04-09")

    text = digests(opened)[-1]
    assert "Dit is het weekoverzicht van donderdag 9 april 2026." in text
    assert "Wilt u BZK bellen over uitvraag 2025-Q4?" in text
    assert "Wilt u SZW bellen" not in text
    went = ("handed_over", "", "2026-04-09")
    assert lines(opened, "2026-04-09", "2026-W15") == [("aanjager", *went), ("projectleider", *went)]


def test_what_happened_while_it_waited_is_told_once(opened: World, cut_off: World) -> None:
    run_on(opened, "2026-03-09", "2026-03-11", "2026-03-18")
    cut_off.run("2026-04-07")
    opened.answer("2026-04-08", "SZW", UNCHANGED)

    run_on(opened, "2026-04-09", "2026-04-13")

    late, after = digests(opened)[-2:]
    assert "K02 opgave onvolledig: uitvraag 2025-Q4 aan SZW" in late
    assert "uitvraag 2025-Q4 aan SZW" not in after


def test_it_says_the_same_as_long_as_nothing_changes(opened: World, cut_off: World) -> None:
    opened.run("2026-02-05")
    cut_off.run("2026-02-09")
    before = {line.key: line.subject for line in opened.messages("2026-02-09") if line.kind == "digest"}
    cut_off.run("2026-02-09T12:00:00+01:00")
    cut_off.run("2026-02-10")

    opened.run("2026-02-11")

    (text,) = digests(opened)
    assert all(subject.startswith("IPA: weekoverzicht 9 februari 2026, 63 nieuw") for subject in before.values())
    assert "64 nieuw" in text
    assert "Er is geen bericht vergeten." in text


def test_a_signal_that_was_taken_up_meanwhile_is_not_asked_about(opened: World, cut_off: World) -> None:
    run_on(opened, *CLIMBED)
    cut_off.run("2026-04-07")
    promised = asked(opened, "2026-04-07")
    take_up(opened, "2026-04-08", date(2026, 4, 15))

    opened.run("2026-04-09")

    assert {state for _, state, _ in promised} == {"queued"}
    assert asked(opened, "2026-04-09") == {("aanjager", "planned", "opgepakt tot en met 2026-04-15")}


def test_what_is_still_asked_stays_noted(opened: World, cut_off: World) -> None:
    run_on(opened, *CLIMBED)
    cut_off.run("2026-04-07")

    opened.run("2026-04-09")

    assert asked(opened, "2026-04-09") == {("aanjager", "handed_over", "")}
    assert "Wilt u VRO bellen over HUI-01" in digests(opened)[-1]


def test_who_waits_longer_is_told_of_the_same_changes(opened: World, cut_off: World) -> None:
    opened.run("2026-02-05")
    cut_off.run("2026-02-09")
    with Session(opened.app.database.engine) as session:
        first = select(OutboxMessageRow).where(col(OutboxMessageRow.key) == f"digest:2026-W07:{AANJAGER}")
        session.exec(first).one().state = MessageState.HANDED_OVER
        session.commit()
    opened.answer("2026-02-10", "VWS", {"recommendation": "GEZ-01", "status": "blocked", "note": "Wij wachten"})

    run_on(opened, "2026-02-11", "2026-02-16")

    late, after = digests(opened, PROJECT_LEAD)
    assert "weekoverzicht van woensdag 11 februari 2026" in late
    assert "63 nieuw" in late
    assert "stilgevallen: GEZ-01" not in late
    assert "stilgevallen: GEZ-01" in after
    assert "stilgevallen: GEZ-01" in digests(opened)[0]


def at_the_server(world: World, week: str, *, is_there: bool) -> None:
    """Let the digests of a week be on their way, or come back because the server put them off."""
    with Session(world.app.database.engine) as session:
        for message in session.exec(
            select(OutboxMessageRow).where(col(OutboxMessageRow.key).startswith(f"digest:{week}:"))
        ):
            message.state = MessageState.SENDING if is_there else MessageState.RETRYING
            message.intent_at = world.app.moment("2026-02-16").at if is_there else None
        session.commit()


def test_what_is_put_off_after_the_next_digest_began_is_overtaken_by_it(opened: World, cut_off: World) -> None:
    cut_off.run("2026-02-05")
    cut_off.run("2026-02-09")
    at_the_server(opened, "2026-W07", is_there=True)
    opened.app.detect("ipa", opened.app.moment("2026-02-16T07:00:00+01:00").at)
    at_the_server(opened, "2026-W07", is_there=False)

    opened.run("2026-02-17")

    overtaken = ("skipped", "ingehaald door het weekoverzicht 2026-W08", "")
    assert lines(opened, "2026-02-17", "2026-W07") == [("aanjager", *overtaken), ("projectleider", *overtaken)]
    (text,) = digests(opened)
    assert "64 nieuw" in text
    with Session(opened.app.database.engine) as session:
        decided = {row.period: row.is_sent for row in session.exec(select(DigestRow))}
    assert decided == {"2026-W07": False, "2026-W08": True}


def test_what_is_put_off_after_the_next_digest_went_is_still_told(opened: World, cut_off: World) -> None:
    cut_off.run("2026-02-05")
    cut_off.run("2026-02-09")
    at_the_server(opened, "2026-W07", is_there=True)
    opened.app.detect("ipa", opened.app.moment("2026-02-16T07:00:00+01:00").at)
    opened.dispatch("2026-02-16")
    at_the_server(opened, "2026-W07", is_there=False)

    opened.run("2026-02-17")

    went = ("handed_over", "", "2026-02-17")
    assert lines(opened, "2026-02-17", "2026-W07") == [("aanjager", *went), ("projectleider", *went)]


def test_a_reader_who_left_meanwhile_makes_way_for_the_next(opened: World, cut_off: World, tmp_path: Path) -> None:
    run_on(opened, *CLIMBED)
    before = digests(opened)
    cut_off.run("2026-04-07")
    folder = Folder(tmp_path / "nieuw")
    contacts = folder.path / "contacts.csv"
    there = f"{AANJAGER},aanjager,,"
    gone = f"{there}2026-04-07\nIPA,Opvolger,opvolger@ipa.example,aanjager,2026-04-08,"
    contacts.write_text(contacts.read_text("utf-8").replace(there, gone), "utf-8")
    load(opened, folder, "2026-04-08T08:00:00+02:00")

    opened.run("2026-04-08")

    (text,) = digests(opened, "opvolger@ipa.example")
    assert "Wilt u VRO bellen over HUI-01" in text
    assert digests(opened) == before
    left, came = ("aanjager", "skipped", "het contactpunt is vervangen"), ("opvolger", "handed_over", "")
    assert sorted(line[:3] for line in lines(opened, "2026-04-08", "2026-W15")) == [
        left,
        came,
        ("projectleider", "handed_over", ""),
    ]
    assert asked(opened, "2026-04-08") == {left, came}


def test_a_digest_in_which_nothing_is_left_does_not_go(
    opened: World, cut_off: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on(opened, "2026-02-05", "2026-02-09")
    cut_off.run("2026-02-16")
    monkeypatch.setattr(Digest, "is_empty", True)

    opened.run("2026-02-17")

    left = ("skipped", "er is niets te melden", "")
    assert lines(opened, "2026-02-17", "2026-W08") == [("aanjager", *left), ("projectleider", *left)]
    assert len(digests(opened)) == 1

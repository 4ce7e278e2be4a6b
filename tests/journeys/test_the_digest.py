"""The weekly digest: one a week, and one for a gap of weeks."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from ipa_core.usecases.open_round import open_round
from ipa_core.usecases.show_digest import show_digest
from ipa_core.usecases.views import ProgrammeView
from tests.intake.programme_folders import PROGRAMME, history, register
from tests.journeys.handovers import text_of
from tests.journeys.mail_servers import Mailbox, serving, texts_to
from tests.journeys.world import World, days

if TYPE_CHECKING:
    from pathlib import Path

MONDAY, TUESDAY = 0, 1

NOTHING_TO_TELL = {
    "programme.toml": PROGRAMME.replace("quarterly", "manual"),
    "organisations.csv": "code,name,kind,valid_from,valid_to,successors,source\nSZW,SZW,ministry,,,,\n"
    "IPA,IPA,programme,,,,\n",
    "contacts.csv": "organisation,name,email,role,valid_from,valid_to\nIPA,Aanjager,aanjager@ipa.example,aanjager,,\n"
    "SZW,Contactpunt,szw@ministerie.example,main,,\n",
    "recommendations.csv": register("A-1,recommendation,,Thema,Eerste,,SZW,,,,,,,,,,"),
    "history.csv": history("A-1,2022-02-01,SZW,superseded,,,Vervallen,Kamerbrief,high"),
}
"""The files of a programme in which all was done long ago."""


ASKED_AND_ANSWERED = {
    **NOTHING_TO_TELL,
    "contacts.csv": NOTHING_TO_TELL["contacts.csv"] + "BZK,Contactpunt,bzk@ministerie.example,main,,\n",
    "organisations.csv": NOTHING_TO_TELL["organisations.csv"] + "BZK,BZK,ministry,,,,\n",
    "recommendations.csv": register(
        "A-1,recommendation,,Thema,Eerste,,SZW,,,,,,,,,,", "A-2,recommendation,,Thema,Tweede,,BZK,,,,,,,,,,"
    ),
    "history.csv": history(
        "A-1,2026-01-05,SZW,in_progress,10,2028-12-31,,Kamerbrief,high",
        "A-2,2026-01-05,BZK,in_progress,10,2028-12-31,,Kamerbrief,high",
    ),
}
"""The files of a programme with two ministries, and no round that opens by itself."""


def digests(world: World, as_of: str) -> list[tuple[str, str, str]]:
    return [
        (line.key.split(":")[1], line.state, line.why_not)
        for line in world.messages(as_of)
        if line.kind == "digest" and line.recipient.startswith("aanjager")
    ]


def load_files(world: World, folder: Path, files: dict[str, str]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    world.app.load(folder, world.app.moment("2026-01-05").at)


def test_what_was_put_off_is_named_and_what_went_later_is_not_counted(opened: World) -> None:
    opened.run("2026-02-05")
    act = Act(
        kind="snooze",
        about="ipa:T02:HUI-01:1",
        by="vro-main@ministerie.example",
        reason="De Kamer beslist eerst",
        until=date(2026, 2, 20),
    )
    moment = opened.app.moment("2026-02-05T12:00:00+01:00").at
    opened.app.database.write(lambda session: decide(session, "ipa", act, at=moment))
    opened.run("2026-02-09")

    digest = [text_of(mail) for mail in opened.mails() if mail["To"].startswith("aanjager")][-1]
    assert "HUI-01 Meer huisvesting realiseren. Uitgesteld door VRO tot en met 20 februari 2026." in " ".join(
        digest.split()
    )
    before = opened.app.moment("2026-02-04T08:00:00+01:00").at
    seen = opened.app.database.read(
        lambda session: show_digest(ProgrammeView(session, "ipa", at=before), opened.app.letterhead)
    )
    assert "De monitor gaf 0 berichten af" in " ".join(seen.text.split())


def test_each_message_is_counted_in_one_digest_and_what_goes_now_does_not_wait(opened: World) -> None:
    for day in ("2026-02-05", "2026-02-09", "2026-02-16", "2026-02-23"):
        opened.run(day)

    told = [" ".join(text_of(mail).split()) for mail in opened.mails() if mail["To"].startswith("aanjager")]
    counted = [int(found[1]) for text in told if (found := re.search(r"De monitor gaf ([0-9]+) bericht", text))]
    before = [mail for mail in opened.mails() if mail["Date"].datetime.date() < date(2026, 2, 23)]
    assert len(told) == len(counted) == 3
    assert sum(counted) == len(before)
    assert all("Er wachten 0 berichten" in text for text in told)


def test_after_weeks_of_sending_trouble_one_digest_tells_the_whole_gap(opened: World) -> None:
    for monday in ("2026-02-09", "2026-02-16", "2026-02-23"):
        opened.app.detect("ipa", opened.app.moment(f"{monday}T07:00:00+01:00").at)

    opened.run("2026-02-23")

    assert digests(opened, "2026-02-23") == [
        ("2026-W07", "skipped", "ingehaald door het weekoverzicht 2026-W08"),
        ("2026-W08", "skipped", "ingehaald door het weekoverzicht 2026-W09"),
        ("2026-W09", "handed_over", ""),
    ]
    (mail,) = [mail for mail in opened.mails() if mail["To"].startswith("aanjager")]
    assert "64 nieuw" in mail["Subject"]
    assert " zijn overgeslagen: de dag was voorbij, " in text_of(mail)


def test_a_digest_with_nothing_in_it_goes_once_in_each_month(world: World, tmp_path: Path) -> None:
    load_files(world, tmp_path / "klein", NOTHING_TO_TELL)

    for day in days("2026-01-05", "2026-04-13"):
        if day.weekday() in (MONDAY, TUESDAY):
            world.run(day.isoformat())

    lines = [line for line in world.messages("2026-04-13", "klein") if line.kind == "digest"]
    went = [f"{line.handed_over_at:%m-%d}" for line in lines if line.handed_over_at]
    assert went == ["01-12", "02-02", "03-02", "04-07"]


def test_what_went_in_weeks_without_a_digest_is_counted_in_the_next_one(
    tmp_path: Path, mailbox: Mailbox, database_url: str | None
) -> None:
    mailbox.rcpt = {"szw@ministerie.example": "550 5.1.1 no such mailbox"}
    with serving(mailbox) as server:
        world = World(tmp_path, database_url, mail_url=f"smtp://127.0.0.1:{server.port}")
        load_files(world, tmp_path / "klein", ASKED_AND_ANSWERED)
        world.run_daily("2026-01-05", "2026-01-12")
        at = world.app.moment("2026-01-13T08:00:00+01:00").at
        world.app.database.write(lambda session: open_round(session, "klein", "2025-Q4", at=at))
        world.run("2026-01-13")
        world.answer("2026-01-14", "SZW", {"recommendation": "A-1", "unchanged": True})
        world.answer("2026-01-14", "BZK", {"recommendation": "A-2", "unchanged": True})
        world.run_daily("2026-01-14", "2026-02-02")
        lines = {line.key: line.state for line in world.messages("2026-02-02", "klein") if line.kind == "digest"}
        world.app.database.close()

    assert lines == {
        "digest:2026-W03:aanjager@ipa.example": "handed_over",
        "digest:2026-W04:aanjager@ipa.example": "skipped",
        "digest:2026-W05:aanjager@ipa.example": "skipped",
        "digest:2026-W06:aanjager@ipa.example": "handed_over",
    }
    (_, text) = texts_to(mailbox, "aanjager@ipa.example")
    assert "gaf 2 berichten af aan de mailserver. Er wachten 0 berichten, en 1 bericht is niet bezorgd." in text


def test_a_digest_missed_over_a_weekend_makes_way_for_the_one_of_monday(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-10")
    opened.run_daily("2026-02-21", "2026-02-23", is_weekend_included=True)

    assert [one[:2] for one in digests(opened, "2026-02-23")] == [
        ("2026-W07", "handed_over"),
        ("2026-W08", "skipped"),
        ("2026-W09", "handed_over"),
    ]


def test_a_digest_missed_on_monday_comes_on_the_next_run(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-10")
    opened.run("2026-02-18")

    assert digests(opened, "2026-02-18")[-1] == ("2026-W08", "handed_over", "")


def test_what_has_not_gone_says_why(world: World) -> None:
    world.run("2026-02-04T07:00:00+01:00")
    world.run("2026-02-05")

    lines = world.messages("2026-02-05")

    assert [line.key for line in lines if not line.handed_over_at and not line.why_not] == []

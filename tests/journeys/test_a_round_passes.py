"""A round opens and passes: who hears what on which day, and what an answer or an outage changes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ipa_core.app import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.world import World

UNCHANGED = {"recommendation": "ZIC-01", "unchanged": True}


def test_an_unanswered_request_climbs_its_ladder_once_on_working_days(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-20", is_weekend_included=True)

    assert opened.sent("2026-03-20", "2025-Q4:BZK") == [
        ("2026-02-04", "O", "bzk-main"),
        ("2026-02-18", "H1", "bzk-main"),
        ("2026-02-27", "H2", "bzk-main"),
        ("2026-03-04", "H3", "bzk-main"),
        ("2026-03-09", "L1", "bzk-deputy"),
        ("2026-03-09", "L1", "bzk-main"),
        ("2026-03-11", "L2", "bzk-coordinator"),
        ("2026-03-11", "L2", "bzk-deputy"),
        ("2026-03-11", "L2", "bzk-main"),
        ("2026-03-18", "E1", "projectleider"),
    ]


def test_the_late_answer_opens_and_solves_a_signal(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-10")
    opened.answer("2026-03-10T11:00:00+01:00", "BZK", UNCHANGED)
    opened.run("2026-03-11")

    (signal,) = [
        card.signal
        for card in opened.signals("2026-03-11", is_all=True)
        if card.signal.rule == "K01" and card.subject.ministries == ("BZK",)
    ]

    # Due 4 March, two working days of grace: 6 March is the last good day; the day after is a Saturday.
    assert (signal.id, signal.opened_on.isoformat(), str(signal.resolved_on)) == (
        "ipa:K01:2025-Q4:BZK:1",
        "2026-03-07",
        "2026-03-10",
    )


def test_an_answer_after_the_first_reminder_stops_the_rest(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-18")
    opened.answer("2026-02-19", "BZK", UNCHANGED)
    opened.run_daily("2026-02-19", "2026-03-20")

    assert [rung for _, rung, _ in opened.sent("2026-03-20", "2025-Q4:BZK")] == ["O", "H1"]
    why_not = {line.rung: line.why_not for line in opened.messages("2026-03-20") if "2025-Q4:BZK:" in line.key}
    assert {why_not[rung] for rung in ("H2", "H3", "L1", "L2", "E1")} == {"beantwoord op 2026-02-19"}


def test_an_answer_between_queueing_and_sending_takes_the_reminder_back(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-17")
    opened.run("2026-02-18T07:00:00+01:00")
    queued = [line.state for line in opened.messages("2026-02-18T07:00:00+01:00") if "2025-Q4:BZK:H1" in line.key]
    opened.answer("2026-02-18T08:00:00+01:00", "BZK", UNCHANGED)

    opened.app.dispatch("ipa", opened.app.moment("2026-02-18T09:00:00+01:00").at)

    assert queued == ["queued"]
    assert [rung for _, rung, _ in opened.sent("2026-02-18", "2025-Q4:BZK")] == ["O"]
    assert [rung for _, rung, _ in opened.sent("2026-02-18", "2025-Q4:SZW")] == ["O", "H1"]


def test_after_ten_days_of_downtime_only_the_latest_due_rung_goes(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-17")
    opened.run_daily("2026-02-28", "2026-03-04")

    assert opened.sent("2026-03-04", "2025-Q4:BZK") == [
        ("2026-02-04", "O", "bzk-main"),
        ("2026-03-02", "H2", "bzk-main"),
        ("2026-03-04", "H3", "bzk-main"),
    ]
    (overtaken,) = [line for line in opened.messages("2026-03-04") if "2025-Q4:BZK:H1" in line.key]
    assert (overtaken.state, overtaken.why_not) == ("skipped", "ingehaald door H2")


def test_after_an_outage_over_notice_and_escalation_the_notice_goes_first(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-06")
    opened.run_daily("2026-03-20", "2026-04-03")

    assert [one for one in opened.sent("2026-04-03", "2025-Q4:BZK") if one[1] not in ("O", "H1", "H2", "H3")] == [
        ("2026-03-20", "L2", "bzk-coordinator"),
        ("2026-03-20", "L2", "bzk-deputy"),
        ("2026-03-20", "L2", "bzk-main"),
        ("2026-03-27", "E1", "projectleider"),
    ]


def test_messages_that_were_promised_but_not_sent_for_days_do_not_go_all_at_once(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-17")
    for day in ("2026-02-18", "2026-02-27", "2026-03-04"):
        opened.app.detect("ipa", opened.app.moment(day).at)

    opened.run("2026-03-05")

    assert opened.sent("2026-03-05", "2025-Q4:BZK") == [
        ("2026-02-04", "O", "bzk-main"),
        ("2026-03-05", "H3", "bzk-main"),
    ]


def test_the_notice_tells_when_the_projectleider_will_see_it(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-11")

    (notice,) = [
        mail
        for mail in opened.mails()
        if mail["To"].startswith("bzk-coordinator") and mail["Date"].startswith("Wed, 11 Mar")
    ]

    announced = "Is er op woensdag 18 maart 2026 nog geen antwoord, dan leggen wij dit voor aan de projectleider."
    assert announced in notice.get_body(("plain",)).get_content()


def test_a_waiver_with_a_reason_ends_the_ladder(world: World) -> None:
    from ipa_core.usecases.open_round import waive_request

    world.run("2026-02-04")
    at = world.app.moment("2026-02-05").at
    world.app.database.write(
        lambda session: waive_request(session, "ipa", "2025-Q4", "BZK", reason="Reorganisatie", by="", at=at)
    )
    world.run_daily("2026-02-05", "2026-03-20")

    assert [rung for _, rung, _ in world.sent("2026-03-20", "2025-Q4:BZK")] == ["O"]
    assert not [card for card in world.signals("2026-03-20") if card.signal.subject.code == "2025-Q4:BZK"]


def test_the_round_of_a_period_opens_by_itself_once_and_only_the_latest(world: World) -> None:
    world.run("2026-01-01")
    world.run("2026-01-02")
    world.run_daily("2026-07-01", "2026-07-03")

    at = world.app.moment("2026-07-03").at
    from ipa_core.store import rounds

    found = world.app.database.read(lambda session: rounds.list_rounds(session, "ipa", known_at=at))
    # On 1 January the newest period whose day had come was the third quarter of the year before.
    assert [one.code for one in found] == ["2025-Q3", "2025-Q4", "2026-Q2"]


def test_silence_of_a_ministry_without_any_contact_still_reaches_the_projectleider(
    world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "register"
    shutil.copytree(SHIPPED, folder)
    contacts = (folder / "contacts.csv").read_text().splitlines(keepends=True)
    (folder / "contacts.csv").write_text("".join(line for line in contacts if not line.startswith("EZ,")))
    world.app.load(folder, world.app.moment("2026-02-03").at)

    world.run_daily("2026-02-04", "2026-03-20")

    assert world.sent("2026-03-20", "2025-Q4:EZ") == [("2026-03-18", "E1", "projectleider")]

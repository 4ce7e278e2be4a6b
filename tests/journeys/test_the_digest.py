"""The weekly digest: one a week, and one for a gap of weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.handovers import text_of

if TYPE_CHECKING:
    from tests.journeys.world import World


def digests(world: World, as_of: str) -> list[tuple[str, str, str]]:
    return [
        (line.key.split(":")[1], line.state, line.why_not)
        for line in world.messages(as_of)
        if line.kind == "digest" and line.recipient.startswith("aanjager")
    ]


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

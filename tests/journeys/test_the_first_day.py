"""The first run on the real register: many knelpunten at once, and nobody is flooded."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ipa_core.domain.severities import Severity
from tests.stored_rows import stored_rows

if TYPE_CHECKING:
    from tests.journeys.world import World

CONTROLS = {"POS-01", "POS-04", "HUI-03", "HUI-05", "HUI-08"}
DEPENDENTS = {f"UIT-0{number}" for number in range(2, 10)}


def test_the_main_bill_carries_its_drift_and_the_others_fold_under_it(opened: World) -> None:
    cards = opened.signals("2026-02-04")
    by_dossier = {code: {c.signal.rule for c in cards if c.signal.dossier == code} for code in ("UIT-01", "HUI-M3")}
    waiting = [card for card in cards if card.signal.dossier in DEPENDENTS]
    told = {identity for line in opened.messages("2026-02-04") if line.handed_over_at for identity in line.signals}

    assert by_dossier == {"UIT-01": {"O02", "T04", "T07"}, "HUI-M3": {"R02"}}
    assert {card.signal.dossier for card in waiting} == DEPENDENTS
    assert all(card.signal.folded_under == ("UIT-01",) for card in waiting)
    assert not told & {card.signal.id for card in waiting}
    assert next(card for card in cards if card.signal.rule == "T04" and card.signal.dossier == "UIT-01").dependents == (
        tuple(sorted(DEPENDENTS))
    )


def test_what_went_well_carries_nothing_that_weighs(opened: World) -> None:
    heavy = {c.signal.dossier for c in opened.signals("2026-02-04") if c.signal.severity >= Severity.MEDIUM}

    assert not heavy & CONTROLS


def test_only_main_contacts_hear_on_the_first_day_one_mail_each(opened: World) -> None:
    recipients = Counter(mail["To"].split("@")[0] for mail in opened.mails())

    assert recipients == {f"{ministry}-main": 1 for ministry in ("szw", "bzk", "vws", "jenv", "vro", "ez")}


def test_the_same_run_again_opens_nothing_queues_nothing_and_writes_nothing(opened: World) -> None:
    before = stored_rows(opened.app.database.engine)

    again = opened.run("2026-02-04")

    (programme,) = again.programmes
    assert programme.detection.changes == ()
    assert programme.opened_round is None
    assert programme.promised == 0
    assert programme.dispatch.handed_over == 0
    assert stored_rows(opened.app.database.engine) == before


def test_the_first_digest_comes_on_the_next_monday_once(opened: World) -> None:
    opened.run("2026-02-09")
    opened.run("2026-02-09T12:00:00+01:00")

    digests = [line for line in opened.messages("2026-02-10") if line.kind == "digest"]

    assert [(line.key, line.state) for line in digests] == [
        ("digest:2026-W07:aanjager@ipa.example", "handed_over"),
        ("digest:2026-W07:projectleider@ipa.example", "handed_over"),
    ]


def test_a_first_run_on_a_monday_leaves_its_digest_to_the_next_monday(world: World) -> None:
    world.run_daily("2026-02-09", "2026-02-16")

    assert [line.key for line in world.messages("2026-02-16") if line.kind == "digest"] == [
        "digest:2026-W08:aanjager@ipa.example",
        "digest:2026-W08:projectleider@ipa.example",
    ]


def test_outside_the_window_mail_waits_until_the_next_working_morning(world: World) -> None:
    world.run("2026-02-06T18:00:00+01:00")
    waiting = [line for line in world.messages("2026-02-06T18:00:00+01:00") if line.state == "queued"]

    world.run("2026-02-08T12:00:00+01:00")
    still_waiting = world.mails()
    world.run("2026-02-09T09:00:00+01:00")

    assert {line.due_at.isoformat() for line in waiting if line.due_at} == {"2026-02-09T08:00:00+00:00"}
    assert still_waiting == []
    assert Counter(mail["To"].split("@")[0] for mail in world.mails())["szw-main"] == 1

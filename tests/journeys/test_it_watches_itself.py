"""The daily ledger: what should have gone against what went; and somebody outside hears only when it is right."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, delete, select, update

from ipa_core.domain.ladders import Rung
from ipa_core.store.notices import NoticeRow, NoticeState
from ipa_core.usecases.audit_messages import audit_messages
from ipa_core.usecases.report_life import report_life
from ipa_core.usecases.views import ProgrammeView
from tests.journeys.handovers import text_of
from tests.journeys.mail_servers import Mailbox, serving
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ipa_core.reports.ledgers import Ledger

DAY = "2026-02-04"


def ledger(world: World, as_of: str = DAY) -> Ledger:
    at = world.app.moment(as_of).at
    return world.app.database.read(lambda session: audit_messages(ProgrammeView(session, "ipa", at=at)))


def change(world: World, work: Callable[[Session], object]) -> None:
    """Do what no use case does: damage the plan of the messages."""
    world.app.database.write(lambda session: work(session) and None)


def findings(world: World, as_of: str = DAY) -> dict[str, str]:
    return {f"{one.check}.{one.code}": one.mark.value for one in world.app.check_health(as_of)}


def test_after_a_run_every_step_went_or_has_a_reason(opened: World) -> None:
    found = ledger(opened)

    assert (found.missing, found.unexplained, found.late, found.waiting) == ((), (), (), 0)
    assert found.sent > 0
    assert found.explained > 0
    assert found.due == found.sent + found.explained
    assert found.is_complete


def test_weeks_of_runs_leave_nothing_unaccounted_for(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-06")

    assert ledger(opened, "2026-03-06").is_complete


def test_a_step_without_a_notice_is_found_from_the_facts(opened: World) -> None:
    change(opened, lambda session: session.exec(delete(NoticeRow).where(col(NoticeRow.subject) == "2025-Q4:SZW")))

    assert ledger(opened).missing == ("2025-Q4:SZW:O",)
    assert findings(opened)["messages.missing"] == "wrong"


def test_a_rung_of_a_signal_without_a_notice_is_found(opened: World) -> None:
    is_rung = (col(NoticeRow.subject) == "ipa:T02:HUI-01:1", col(NoticeRow.rung) == Rung.PROJECT_LEAD)
    change(opened, lambda session: session.exec(delete(NoticeRow).where(*is_rung)))

    assert ledger(opened).missing == ("ipa:T02:HUI-01:1:project_lead",)


def test_a_notice_that_did_not_go_without_a_reason_is_found(opened: World) -> None:
    held = col(NoticeRow.state) == NoticeState.SUPPRESSED
    key = opened.app.database.read(lambda session: session.exec(select(NoticeRow.key).where(held)).first())
    change(opened, lambda session: session.exec(update(NoticeRow).where(col(NoticeRow.key) == key).values(why_not="")))

    assert ledger(opened).unexplained == (key,)
    assert findings(opened)["messages.unexplained"] == "wrong"


def test_what_the_aanjager_is_asked_in_the_next_digest_is_not_late_before_it(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-04-02")

    waiting = [line for line in opened.messages("2026-04-03") if line.rung == "aanjager" and line.state == "planned"]
    assert {line.planned_on for line in waiting} >= {date(2026, 4, 1)}
    assert ledger(opened, "2026-04-03T12:00:00+02:00").late == ()
    opened.run("2026-04-07")
    digest = next(mail for mail in reversed(opened.mails()) if mail["To"].startswith("aanjager"))
    assert "hadden al weg moeten zijn" not in text_of(digest)


def test_what_waits_longer_than_a_working_day_is_late(world: World) -> None:
    world.run("2026-02-04T07:00:00+01:00")

    today, tomorrow, too_late = (ledger(world, on) for on in (DAY, "2026-02-05T08:00:00+01:00", "2026-02-05"))

    assert (today.waiting > 0, today.is_complete) == (True, True)
    assert tomorrow.is_complete
    assert len(too_late.late) == today.waiting


def test_the_heartbeat_is_there_when_all_is_well(opened: World) -> None:
    beats: list[None] = []

    assert report_life(opened.app.database, opened.run("2026-02-05"), beat=lambda: beats.append(None))
    assert len(beats) == 1


def test_no_heartbeat_while_a_step_is_missing(opened: World, caplog: pytest.LogCaptureFixture) -> None:
    done = opened.run(DAY)
    change(opened, lambda session: session.exec(delete(NoticeRow).where(col(NoticeRow.subject) == "2025-Q4:SZW")))

    with caplog.at_level(logging.ERROR):
        assert not report_life(opened.app.database, done, beat=pytest.fail)
    assert caplog.messages == ["1 messages of ipa are not accounted for: no heartbeat"]


def test_no_heartbeat_while_mail_does_not_go(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(Mailbox()) as server:
        gone = f"smtp://127.0.0.1:{server.port}"
    world = World(tmp_path, mail_url=gone, deadline=1)

    with caplog.at_level(logging.ERROR):
        done = world.run(DAY)

    assert not report_life(world.app.database, done, beat=pytest.fail)
    assert [line for line in caplog.messages if "stopped" in line] == ["sending stopped after 3 attempts: channel_down"]
    world.app.database.close()


def test_an_address_that_does_not_answer_does_no_harm(opened: World, caplog: pytest.LogCaptureFixture) -> None:
    def beat() -> None:
        raise ConnectionError

    assert not report_life(opened.app.database, opened.run(DAY), beat=beat)
    assert caplog.messages == ["the heartbeat was not heard: ConnectionError"]

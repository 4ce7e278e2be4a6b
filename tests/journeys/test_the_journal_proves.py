"""With a journal mailbox nothing goes twice: what may have gone is looked up, and what is there went."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.crashes import AT_TEN, Ground, a_ground, flagged, points
from tests.journeys.mail_servers import EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.reports.message_lines import MessageLine
    from tests.conftest import Tell
    from tests.crashes import Home
    from tests.postgresql import Server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    server: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    with a_ground(tmp_path_factory.mktemp("ground"), server) as ground:
        yield ground


def test_what_the_journal_has_went_and_goes_no_second_time(ground: Ground) -> None:
    with ground.trial(has_journal=True) as home:
        assert not home.outlives("mail.after_verdict=kill@3")

        assert home.outlives("")

        assert ground.check(home, crashes=0) == 0
        assert flagged(home) == set()
        assert attempts(home) == [(1, "250")] * 5 + [(1, "journal")]


def test_what_the_journal_does_not_have_waits_until_it_can_no_longer_come_and_goes_flagged(ground: Ground) -> None:
    with ground.trial(has_journal=True) as home:
        assert not home.outlives("outbox.after_lease=kill@3")
        assert home.outlives("")
        (waiting,) = {line.message for line in lines(home) if line.state == "sending"}
        assert len(ground.mailbox.accepted) == 5

        home.expire_leases()
        assert home.outlives("")

        assert ground.check(home, crashes=0) == 0
        (doubtful,) = {(line.message, line.doubt) for line in lines(home) if line.is_doubtful}
        assert doubtful == (waiting, "poging 1 brak af, poging 2 is aangenomen")


def test_without_an_answer_the_journal_tells_half_an_hour_later(ground: Ground) -> None:
    reader = "szw-main@ministerie.example"
    with ground.trial(has_journal=True) as home:
        ground.mailbox.data = {reader: "lose"}
        home.visit(lambda world: world.run(AT_TEN))
        ground.mailbox.data = {}
        before = [(line.state, line.doubt) for line in lines(home) if line.recipient == reader and line.attempts]

        home.visit(lambda world: world.run("2026-02-04T11:00:00+01:00"))

        assert set(before) == {("retrying", "op poging 1 kwam geen antwoord")}
        assert len(ground.mailbox.accepted) == 6
        assert flagged(home) == set()
        assert {line.state for line in lines(home) if line.message} == {"handed_over"}


def test_while_the_journal_cannot_be_asked_only_what_is_in_doubt_waits(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    with ground.trial(has_journal=True) as home:
        assert not home.outlives("mail.after_verdict=kill@3")
        assert home.journal is not None
        ground.mailbox.journal = None
        home.journal.rename(home.folder / "moved")
        home.expire_leases()

        with caplog.at_level(logging.ERROR):
            summary = home.visit(lambda world: world.dispatch(AT_TEN))

        assert summary.handed_over == 3
        assert len(ground.mailbox.accepted) == 6
        assert [line for line in caplog.messages if "journal" in line] == [
            "the journal cannot be asked: FileNotFoundError"
        ]


def test_a_server_that_takes_everything_and_never_answers_is_found_out(ground: Ground) -> None:
    with ground.trial(has_journal=True) as home:
        ground.mailbox.data = {EVERYBODY: "lose"}
        stopped = home.visit(lambda world: world.run(AT_TEN)).programmes[0].dispatch
        ground.mailbox.data = {}

        home.visit(lambda world: world.run("2026-02-04T11:00:00+01:00"))

        assert stopped.stopped is not None
        assert max(home.copies(ground.mailbox).values()) == 1
        assert len(ground.mailbox.accepted) == 6


@pytest.mark.proof
@pytest.mark.parametrize("point", [one for one in points() if one.split(".")[0] in ("outbox", "mail", "journal")])
def test_no_message_goes_twice_wherever_the_dispatcher_dies(ground: Ground, point: str, tell: Tell) -> None:
    crashes = 0
    for time in count(1):
        with ground.trial(has_journal=True) as home:
            if point.startswith("journal"):
                assert not home.outlives("mail.after_verdict=kill@3")
            if home.outlives(f"{point}=kill@{time}"):
                break
            crashes += 1
            home.expire_leases()
            assert home.outlives("")
            assert ground.check(home, crashes=0) == 0
    tell(f"{point}: {crashes} crashes with a journal, no copy too many")
    assert crashes


def lines(home: Home) -> list[MessageLine]:
    return home.visit(lambda world: world.messages("2026-02-04T12:00:00+01:00"))


def attempts(home: Home) -> list[tuple[int, str]]:
    """Return number and code of every attempt that was recorded."""
    from sqlmodel import select

    from ipa_core.store.outbox import AttemptRow

    rows = home.visit(
        lambda world: world.app.database.read(
            lambda session: [(one.number, one.code) for one in session.exec(select(AttemptRow))]
        )
    )
    return sorted(rows, key=lambda row: row[1])

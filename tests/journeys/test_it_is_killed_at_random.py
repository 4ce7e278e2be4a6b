"""Kill the dispatcher at any moment, or freeze it until another takes over: each message arrives, copies have a flag.

`make test` has a few of each; `make prove` sets IPA_TEST_KILLS and IPA_TEST_FREEZES to the numbers of the promise.
"""

from __future__ import annotations

import os
import random
import signal
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from ipa_core.store.outbox import MessageState, OutboxMessageRow
from tests.crashes import AT_TEN, Ground, Home, a_ground, flagged, has_stopped, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Tell
    from tests.postgresql import Server

KILLS = int(os.environ.get("IPA_TEST_KILLS", "2"))
FREEZES = int(os.environ.get("IPA_TEST_FREEZES", "1"))
MOST_BETWEEN_KILLS = 8
LONGEST_PAUSE_S = 0.02
FROZEN_AT = ("outbox.after_lease", "mail.before_data", "mail.after_data", "mail.after_verdict", "outbox.after_record")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    server: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    with a_ground(tmp_path_factory.mktemp("ground"), server) as ground:
        yield ground


@pytest.mark.parametrize("has_journal", [False, True], ids=["alone", "with a journal"])
def test_each_message_arrives_however_often_the_dispatcher_is_killed(
    ground: Ground, has_journal: bool, tell: Tell
) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    with ground.trial(has_journal=has_journal) as home:
        expected = add_messages(home, KILLS * MOST_BETWEEN_KILLS)

        for _ in range(KILLS):
            enough = len(ground.mailbox.accepted) + chance.randint(1, MOST_BETWEEN_KILLS)
            process = home.start(is_dispatch_only=True)
            wait_until(lambda: len(ground.mailbox.accepted) >= enough or not process.is_alive())  # noqa: B023 - called at once
            time.sleep(chance.uniform(0, LONGEST_PAUSE_S))
            process.kill()
            process.join(30)
        finish(home)

        copies = home.copies(ground.mailbox)
        extra = copies.total() - len(copies)
        tell(f"seed {seed}: {KILLS} kills, {copies.total()} mails of {len(expected)} messages, {extra} extra")
        assert set(copies) == expected
        assert {one for one, times in copies.items() if times > 1} <= flagged(home)
        assert extra <= (0 if has_journal else KILLS)


@pytest.mark.parametrize("has_journal", [False, True], ids=["alone", "with a journal"])
def test_a_frozen_dispatcher_that_lost_its_lock_doubles_at_most_one_flagged_message(
    ground: Ground,
    has_journal: bool,
    tell: Tell,
) -> None:
    extra = 0
    for number, point in enumerate(islice(cycle(FROZEN_AT), FREEZES)):
        with ground.trial(has_journal=has_journal) as home:
            frozen = home.start(f"{point}=freeze@{number % 6 + 1}")
            wait_until(lambda: has_stopped(frozen))  # noqa: B023 - called at once
            take_the_lock_away(home)

            assert home.outlives("")
            assert frozen.pid is not None
            os.kill(frozen.pid, signal.SIGCONT)
            frozen.join(60)
            finish(home)

            assert frozen.exitcode in (0, 1)
            extra += ground.check(home, crashes=1)
    tell(f"{FREEZES} freezes, {extra} flagged copies")
    assert extra == 0 or not has_journal


def take_the_lock_away(home: Home) -> None:
    """Break the connections of whoever is connected; on SQLite nobody can take the lock of a frozen process."""
    if home.database_url is None:
        return

    def work(session: Session) -> None:
        session.connection().execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    home.visit(lambda world: world.app.database.read(work))


def add_messages(home: Home, number: int) -> set[str]:
    """Add copies of one message under other keys; return the Message-IDs of all that will go."""

    def work(session: Session) -> set[str]:
        queued = select(OutboxMessageRow).where(col(OutboxMessageRow.state) == MessageState.QUEUED)
        first = session.exec(queued.order_by(col(OutboxMessageRow.id))).first()
        assert first is not None
        values = first.model_dump(exclude={"id", "key", "message_id"})
        session.add_all(
            OutboxMessageRow(**values, key=f"{first.key}#{one}", message_id=f"<{one}@ipa.example>")
            for one in range(number)
        )
        session.flush()
        return {row.message_id for row in session.exec(queued)}

    return home.visit(lambda world: world.app.database.write(work))


def finish(home: Home) -> None:
    """Let the leases run out, and hand over what is left, batch by batch."""

    def is_left(session: Session) -> bool:
        waiting = select(OutboxMessageRow.id).where(col(OutboxMessageRow.handed_over_at).is_(None))
        return session.exec(waiting.limit(1)).first() is not None

    home.expire_leases()
    while home.visit(lambda world: world.app.database.read(is_left)):
        home.visit(lambda world: world.app.hand_over("ipa", world.app.moment(AT_TEN).at))

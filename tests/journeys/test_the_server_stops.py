"""PostgreSQL stops in the middle of everything, again and again, and nothing is lost or done twice.

Run as a script, this file is one of the processes that work meanwhile: a ministry that answers, or a monitor that runs.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email import message_from_bytes
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import col, select

import ipa_core
from ipa_core.app import App
from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.moments import at_time, day_of
from ipa_core.errors import TemporaryFailure, WriteInThePast
from ipa_core.reports.receipts import Outcome
from ipa_core.settings import Settings
from ipa_core.store import audit, programmes
from ipa_core.store.audit import AuditHead
from ipa_core.store.outbox import MessageState, OutboxMessageRow
from ipa_core.store.signals import SignalChangeRow, SignalRow
from ipa_core.store.submissions import SubmissionRow
from ipa_core.store.updates import StatusUpdateRow
from ipa_core.usecases.collect_submissions import collect_file
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.views import ProgrammeView
from tests.mail_server import LoopbackController
from tests.postgresql import Server, a_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiosmtpd.smtp import SMTP, Envelope
    from aiosmtpd.smtp import Session as Exchange
    from sqlmodel import Session

    from tests.conftest import Tell

STOPS = int(os.environ.get("IPA_TEST_STOPS", "3"))
ACTS_BETWEEN_STOPS = 1, 5
LONGEST_PAUSE_S = 0.1
FIRST_DAY = "2026-02-04"
MINISTRIES = {"SZW": "UIT-01", "VRO": "HUI-01"}
RUNNERS = 2


class Mailbox:
    """Counts what arrives, by Message-ID."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()

    async def handle_DATA(self, _server: SMTP, _exchange: Exchange, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd calls
        self.arrived[message_from_bytes(bytes(envelope.content or b""))["Message-ID"]] += 1
        return "250 kept"


@pytest.fixture
def durable() -> Iterator[Server]:
    with a_server(is_durable=True) as server:
        yield server


def test_every_answer_is_kept_and_every_mail_goes_once_however_often_the_server_stops(
    durable: Server, tmp_path: Path, tell: Tell
) -> None:
    mailbox = Mailbox()
    controller = LoopbackController(mailbox)
    controller.start()
    app = an_app(durable.create_migrated(), tmp_path, f"smtp://127.0.0.1:{controller.port}")
    app.run(None, app.moment(FIRST_DAY).at)

    with at_work(app, tmp_path / "stop") as receipts:
        for _ in range(STOPS):
            wait_for_acts(app, random.randint(*ACTS_BETWEEN_STOPS))
            time.sleep(random.uniform(0, LONGEST_PAUSE_S))
            durable.stop_immediately()
            durable.start()
    app.run(None, a_week_later(app))
    controller.stop()

    stored = app.database.read(Stored)
    app.database.close()
    tell(f"{STOPS} stops: {len(receipts)} receipts, {stored.summary}, {mailbox.arrived.total()} mails arrived")
    assert sorted(receipts) == sorted(stored.submissions)
    assert receipts
    assert stored.facts == dict.fromkeys(receipts, 1)
    assert stored.first_broken is None
    assert stored.decided_twice == []
    assert {one for one, copies in mailbox.arrived.items() if copies > 1} <= stored.doubtful
    assert set(mailbox.arrived) == stored.handed_over
    assert stored.signals == stored.replayed


class Stored:
    """What stands in the database when all is quiet again."""

    def __init__(self, session: Session) -> None:
        messages = session.exec(select(OutboxMessageRow)).all()
        answered = session.exec(select(StatusUpdateRow.submission).where(col(StatusUpdateRow.submission).is_not(None)))
        slots = Counter(
            (one.kind, one.recipient, one.slot_on) for one in messages if one.state is not MessageState.SKIPPED
        )
        self.submissions = session.exec(select(SubmissionRow.id)).all()
        self.facts = Counter(answered)
        self.first_broken = audit.verify(session)
        self.decided_twice = [slot for slot, times in slots.items() if times > 1]
        self.handed_over = {one.message_id for one in messages if one.state is MessageState.HANDED_OVER}
        self.doubtful = {one.message_id for one in messages if one.is_doubtful}
        self.signals = signals_from_facts(session)
        self.replayed = replayed_signals(session)

    @property
    def summary(self) -> str:
        return (
            f"{len(self.submissions)} submissions, {self.facts.total()} facts, {len(self.handed_over)} messages handed "
            f"over of which {len(self.doubtful)} doubtful, {len(self.signals)} signals"
        )


def signals_from_facts(session: Session) -> list[tuple[Any, ...]]:
    """Return the signals except those about messages, of which replay knows nothing."""
    reached: dict[str, list[Any]] = {}
    for change in session.exec(select(SignalChangeRow)):
        reached.setdefault(change.signal, []).append(change.severity)
    rows = session.exec(select(SignalRow).where(col(SignalRow.rule) != "M01"))
    return sorted(
        (row.rule, row.dossier, _day(row.opened_at), _day(row.resolved_at), max(reached[row.id])) for row in rows
    )


def _day(at: datetime | None) -> date | None:
    return day_of(at) if at else None


def replayed_signals(session: Session) -> list[tuple[Any, ...]]:
    latest = programmes.get_row(session, "ipa").last_write_at
    replay = replay_history(ProgrammeView(session, "ipa", at=latest), None)
    return sorted((one.rule, one.dossier, one.opened_on, one.resolved_on, one.severity) for one in replay.signals)


# ---- At work meanwhile ----


@contextmanager
def at_work(app: App, stop: Path) -> Iterator[list[str]]:
    """Let ministries answer and monitors run until the end; yields the receipts, filled in when all went home."""
    arguments = [app.settings.database_address, app.settings.home, app.settings.mail_url.get_secret_value(), stop]  # type: ignore[union-attr] # it was given
    jobs = [*MINISTRIES, *["monitor"] * RUNNERS]
    environment = os.environ | {"PYTHONPATH": str(Path(ipa_core.__file__).parents[1])}
    processes = [
        subprocess.Popen(
            # Without a buffer: a receipt that came right after the first line would stay behind in it.
            [sys.executable, __file__, *map(str, arguments), job],
            env=environment,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        for job in jobs
    ]
    receipts: list[str] = []
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == b"at work\n"
        yield receipts
    finally:
        stop.touch()
        outputs = [process.communicate(timeout=60)[0] for process in processes]
    receipts.extend(line for output in outputs for line in output.decode().split())
    assert [process.returncode for process in processes] == [0] * len(jobs)


def wait_for_acts(app: App, number: int) -> None:
    """Wait until so many acts were stored, since a server that stops at once sees no work."""

    def last_act() -> int:
        return app.database.read(lambda session: session.exec(select(AuditHead.seq)).one())

    enough, give_up_at = last_act() + number, time.monotonic() + 30
    while last_act() < enough and time.monotonic() < give_up_at:
        time.sleep(0.01)


def an_app(url: str, home: Path, mail_url: str) -> App:
    return App(Settings(_env_file=None, home=home, database_url=url, mail_url=mail_url))


def last_write(app: App) -> datetime:
    return app.database.read(lambda session: programmes.get_row(session, "ipa").last_write_at)


def a_week_later(app: App) -> datetime:
    return at_time(day_of(last_write(app)) + timedelta(days=7), WINDOW_OPENS)


def patiently(work: Callable[[], Any]) -> Any:
    """Do it as somebody who tries again, when others were first or the database stayed away."""
    while True:
        try:
            return work()
        except (TemporaryFailure, WriteInThePast):
            continue


def answer(app: App, ministry: str, number: int) -> None:
    update = {"recommendation": MINISTRIES[ministry], "status": "in_progress", "note": f"Antwoord {number}"}
    document = {"round": "2025-Q4", "organisation": ministry, "updates": [update]}
    content = json.dumps(document).encode()

    def collect() -> Any:
        # A second later, or a run at the same moment could come before it in one telling and after it in another.
        at = last_write(app) + timedelta(seconds=1)
        return collect_file(
            app.database, name=f"{ministry}.json", content=content, programme="ipa", form_key=app.secret_key, at=at
        )

    receipt = patiently(collect)
    assert receipt.outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE), receipt
    print(receipt.submission, flush=True)  # noqa: T201 - the test reads it


def main(url: str, home: str, mail_url: str, stop: str, job: str) -> None:
    app = an_app(url, Path(home), mail_url)
    print("at work", flush=True)  # noqa: T201 - the test waits for it
    for number in count(1):
        if Path(stop).exists():
            break
        if job in MINISTRIES:
            answer(app, job, number)
        else:
            patiently(lambda: app.run(None, a_week_later(app)))
            # Runs right after each other would leave the ministries no moment to answer.
            time.sleep(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])

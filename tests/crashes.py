"""Run the monitor in a process that dies where it is told to, and see what is left.

A run costs a fork: the processes come from a server that has imported everything and touched nothing.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import col, select, update

import ipa_core.channels.apprise_mail
import ipa_core.channels.journal
import ipa_core.render.messages  # noqa: F401 - imported once, for all that are forked from here
from ipa_core import faults
from ipa_core.store import audit
from ipa_core.store.notices import NoticeRow
from ipa_core.store.outbox import MessageState, OutboxMessageRow
from ipa_core.store.signals import SignalRow
from ipa_core.store.submissions import SubmissionRow
from ipa_core.store.updates import Origin, StatusUpdateRow
from tests.journeys.mail_servers import Mailbox, serving
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.process import BaseProcess

    from sqlmodel import Session

    from tests.postgresql import Server

EARLY, AT_TEN = "2026-02-04T07:00:00+01:00", "2026-02-04"
DEADLINE_S = 3.0
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

_T = TypeVar("_T")

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])
_SOURCES = Path(faults.__file__).parent

FACTS = ("broken log", "submissions", "lines", "signals", "files")

SUBMISSIONS = {
    "szw.json": ("SZW", [{"recommendation": "UIT-01", "status": "in_progress", "note": "Op koers"}]),
    "vro.json": ("VRO", [{"recommendation": "HUI-01", "unchanged": True}, {"recommendation": "HUI-99"}]),
}
"""One that is right, and one of which a line goes back."""


def points(*, without: str = "") -> list[str]:
    """Return every point that the code names, in order; those whose name begins with `without` left out."""
    named = {name for file in _SOURCES.rglob("*.py") for name in re.findall(r'faults\.at\("(.+?)"\)', file.read_text())}
    return sorted(name for name in named if not without or not name.startswith(without))


@dataclass(frozen=True)
class Home:
    """Where a monitor lives, and whom it writes to: what a process needs to know."""

    folder: Path
    database_url: str | None
    mail_url: str
    journal: Path | None = None

    def world(self) -> World:
        return World(self.folder, self.database_url, self.mail_url, deadline=DEADLINE_S, journal=self.journal)

    def start(self, fault: str = "", *, is_dispatch_only: bool = False) -> BaseProcess:
        """Start the work of ten o'clock in a process of its own, with a fault in it."""
        process = _FORKS.Process(target=_work, args=(self, fault, is_dispatch_only), daemon=True)
        process.start()
        return process

    def visit(self, work: Callable[[World], _T]) -> _T:
        """Do something in this process, and leave."""
        world = self.world()
        try:
            return work(world)
        finally:
            world.app.database.close()

    def outlives(self, fault: str) -> bool:
        """Do the work of ten o'clock; tell whether it came to its end."""
        process = self.start(fault)
        process.join(60)
        assert process.exitcode in (0, -9), (fault, process.exitcode)
        return process.exitcode == 0

    def expire_leases(self) -> None:
        """Let the time pass that an attempt is given."""

        def work(session: Session) -> None:
            session.exec(update(OutboxMessageRow).values(leased_until=LONG_AGO))

        self.visit(lambda world: world.app.database.write(work))

    def copies(self, mailbox: Mailbox) -> Counter[str]:
        """Count the mails that arrived, by Message-ID."""
        return Counter(str(message_from_bytes(content)["Message-ID"]) for _, content in mailbox.accepted)


def _work(home: Home, fault: str, is_dispatch_only: bool) -> None:
    logging.disable()
    faults.plan(fault)
    world = home.world()
    if is_dispatch_only:
        world.app.hand_over("ipa", world.app.moment(AT_TEN).at)
    else:
        world.run(AT_TEN)
    world.app.database.close()


def has_stopped(process: BaseProcess) -> bool:
    """Tell whether the process stands still, as after SIGSTOP."""
    state = subprocess.run(
        ["/bin/ps", "-o", "state=", "-p", str(process.pid)], capture_output=True, text=True, check=False
    )
    return state.stdout.startswith("T")


def wait_until(is_so: Any, *, seconds: float = 30.0) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.005)


class Ground:
    """A monitor that promised six messages and has two files to read; each trial starts with a copy of it."""

    def __init__(self, folder: Path, server: Server | None, mailbox: Mailbox, mail_url: str) -> None:
        self.folder, self.server, self.mailbox = folder, server, mailbox
        self.origin = Home(folder / "origin", server.create_migrated() if server else None, mail_url)
        world = self.origin.world()
        world.run(EARLY)
        inbox = self.origin.folder / "inbox"
        inbox.mkdir()
        for name, (ministry, updates) in SUBMISSIONS.items():
            document = {"round": "2025-Q4", "organisation": ministry, "updates": updates}
            (inbox / name).write_text(json.dumps(document), encoding="utf-8")
        world.app.database.close()
        with self.trial() as home:
            assert home.outlives("")
            self.expected, self.arriving = left_behind(home), set(home.copies(mailbox))

    @contextmanager
    def trial(self, *, has_journal: bool = False) -> Iterator[Home]:
        """Yield a copy, with an empty mailbox, and with a journal that fills or without one."""
        with ExitStack() as undo:
            folder = self.folder / "trial"
            shutil.copytree(self.origin.folder, folder)
            undo.callback(shutil.rmtree, folder)
            url = None
            if self.server and self.origin.database_url:
                url = self.server.copy(self.origin.database_url)
                undo.callback(self.server.drop, url)
            journal = folder / "journal" if has_journal else None
            if journal:
                for part in ("new", "cur", "tmp"):
                    (journal / part).mkdir(parents=True)
            self.mailbox.accepted.clear()
            self.mailbox.journal = journal
            yield Home(folder, url, self.origin.mail_url, journal)

    def check(self, home: Home, *, crashes: int) -> int:
        """Assert that nothing was lost and nothing doubled without a flag; return how many extra copies there were."""
        assert left_behind(home) == self.expected
        assert set(home.copies(self.mailbox)) == self.arriving
        return self.count_extra(home, at_most=crashes)

    def check_facts(self, home: Home) -> int:
        """Assert the same after a part that failed while the others went on: messages may have said what they knew."""
        found = left_behind(home)
        assert {name: found[name] for name in FACTS} == {name: self.expected[name] for name in FACTS}
        assert set(home.copies(self.mailbox)) == handed_over(home)
        return self.count_extra(home, at_most=1)

    def count_extra(self, home: Home, *, at_most: int) -> int:
        """Return how many copies came too many; each has its flag."""
        copies = home.copies(self.mailbox)
        doubled = {one for one, times in copies.items() if times > 1}
        assert doubled <= flagged(home)
        extra = copies.total() - len(copies)
        assert extra <= at_most
        return extra


@contextmanager
def a_ground(folder: Path, server: Server | None) -> Iterator[Ground]:
    """Yield the ground on SQLite, or on the PostgreSQL server."""
    mailbox = Mailbox()
    with serving(mailbox) as controller:
        yield Ground(folder, server, mailbox, f"smtp://127.0.0.1:{controller.port}")


def flagged(home: Home) -> set[str]:
    """Return the Message-IDs of the doubtful messages."""
    return _read(home, lambda session: {one.message_id for one in _messages(session) if one.is_doubtful})


def handed_over(home: Home) -> set[str]:
    """Return the Message-IDs of the messages that went; all others were withdrawn or wait for a later day."""

    def look(session: Session) -> set[str]:
        rows = _messages(session)
        assert {one.state for one in rows} <= {MessageState.HANDED_OVER, MessageState.SKIPPED, MessageState.QUEUED}
        return {one.message_id for one in rows if one.state is MessageState.HANDED_OVER}

    return _read(home, look)


def left_behind(home: Home) -> dict[str, Any]:
    """Return everything that must be the same, however often the work broke off."""

    def look(session: Session) -> dict[str, Any]:
        return {
            "broken log": audit.verify(session),
            "messages": sorted((one.key, one.subject, one.text, one.state.value) for one in _messages(session)),
            "notices": sorted((one.key, one.state.value, one.why_not) for one in session.exec(select(NoticeRow))),
            "submissions": sorted((one.organisation, one.round or "") for one in session.exec(select(SubmissionRow))),
            "lines": sorted((one.dossier, one.organisation) for one in _said(session)),
            "signals": sorted((one.id, str(one.resolved_at)) for one in session.exec(select(SignalRow))),
            "files": sorted(str(path.relative_to(home.folder)) for path in (home.folder / "inbox").rglob("*.*")),
        }

    return _read(home, look)


def _messages(session: Session) -> list[OutboxMessageRow]:
    return list(session.exec(select(OutboxMessageRow)))


def _said(session: Session) -> list[StatusUpdateRow]:
    return list(session.exec(select(StatusUpdateRow).where(col(StatusUpdateRow.origin) != Origin.HISTORY)))


def _read(home: Home, look: Callable[[Session], _T]) -> _T:
    return home.visit(lambda world: world.app.database.read(look))

"""While ministries answer, a backup is made; the machine is lost; the backup goes back, and work goes on there."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ipa_core.app import App
from ipa_core.settings import Settings
from ipa_core.store import programmes
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.show_messages import show_messages
from ipa_core.usecases.show_signals import show_signals
from ipa_core.usecases.views import ProgrammeView
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import Any

pytestmark = pytest.mark.databases

FIRST_DAY = "2026-02-04"
AT_MOST_S = 300
"""What P15, "restores", promises."""

WRITER = """\
import json, sys, time
from datetime import timedelta
from ipa_core.app import App
from ipa_core.domain.moments import parse_moment
from ipa_core.errors import WriteInThePast
from ipa_core.settings import Settings
from ipa_core.usecases.collect_submissions import collect_file

home, url, ministry, dossier, start = sys.argv[1:]
app = App(Settings(_env_file=None, home=home, database_url=url or None))
is_told = False
for number in range(10_000):
    time.sleep(0.02)  # SQLite gives no turns: without a pause the first one keeps all others out.
    line = {"recommendation": dossier, "status": "in_progress", "progress": number % 100, "note": f"regel {number}"}
    content = json.dumps({"round": "2025-Q4", "organisation": ministry, "updates": [line]}).encode()
    at = parse_moment("2026-02-05").at + timedelta(seconds=time.monotonic() - float(start))
    try:
        receipt = collect_file(
            app.database, name=f"{number}.json", content=content, programme=None, form_key=app.secret_key, at=at
        )
    except WriteInThePast:
        continue
    if not is_told:
        print(receipt.outcome.value, flush=True)
        is_told = True
"""


@pytest.fixture
def writers(tmp_path: Path, database_url: str | None) -> Iterator[World]:
    """Let two ministries answer many times a second, each from a process of its own, until the end of the story."""
    world = World(tmp_path / "home")
    world.app = App(Settings(_env_file=None, home=world.home, database_url=database_url))
    world.run(FIRST_DAY)
    start = str(time.monotonic())
    with ExitStack() as stack:
        for names in (("SZW", "UIT-01"), ("VRO", "HUI-01")):
            command = [sys.executable, "-c", WRITER, str(world.home), database_url or "", *names, start]
            stack.enter_context(busy(command))
        yield world
    world.app.database.close()


@contextmanager
def busy(command: list[str]) -> Iterator[None]:
    """Keep a process at work, from its first answer that was accepted until the end of the block."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "accepted\n"
            yield
        finally:
            process.kill()


def test_a_backup_made_under_load_goes_back_and_the_work_goes_on(
    writers: World, tmp_path: Path, empty_url: str
) -> None:
    old = writers.app
    began = time.monotonic()

    before = count_submissions(old)
    manifest = old.back_up(tmp_path / "een.zip")
    after = count_submissions(old)
    new = App(Settings(_env_file=None, home=tmp_path / "new", database_url=empty_url))
    new.restore(tmp_path / "een.zip")

    took = time.monotonic() - began
    at = latest_write(new)
    assert before <= manifest.counts["submission"] <= after
    assert wait_until(lambda: count_submissions(old) > after)  # They were writing all the time.
    assert new.verify_audit(None).is_whole
    assert new.verify_audit(manifest.anchor).is_whole
    assert all(seen(new, at, look) == seen(old, at, look) for look in (replay, signals, dead_or_gone))
    handed_over_again = mails_after(lambda: new.run(None, at), new) & set(mails(old))
    assert handed_over_again == set()
    new.run(None, at + timedelta(days=40))
    assert new.verify_audit(manifest.anchor).is_whole
    assert took < AT_MOST_S
    new.database.close()


def test_messages_from_after_the_backup_go_again_over_the_same_file(tmp_path: Path) -> None:
    """With a mail folder that was moved along this doubles nothing; a mail server gets the same Message-ID again."""
    old = World(tmp_path / "home")
    early = old.app.moment("2026-02-04T08:00:00+01:00").at
    old.app.run(None, early)
    old.app.back_up(tmp_path / "een.zip")
    old.run(FIRST_DAY)
    went = {mail["Message-ID"] for mail in old.mails()}
    new = World(tmp_path / "new")
    shutil.copytree(old.home / "mail", new.home / "mail")

    new.app.restore(tmp_path / "een.zip")
    new.run(FIRST_DAY)

    assert len(went) == 6
    assert sorted(mail["Message-ID"] for mail in new.mails()) == sorted(went)


def count_submissions(app: App) -> int:
    from ipa_core.store.copies import count_rows

    return app.database.read(lambda session: count_rows(session.connection()))["submission"]


def latest_write(app: App) -> datetime:
    return app.database.read(lambda session: programmes.get_row(session, "ipa").last_write_at)


def seen(app: App, at: datetime, look: Any) -> Any:
    return app.database.read(lambda session: look(ProgrammeView(session, "ipa", at=at)))


def replay(view: ProgrammeView) -> Any:
    return replay_history(view, None)


def signals(view: ProgrammeView) -> Any:
    return [(card.signal.id, card.signal.severity, card.signal.state) for card in show_signals(view)]


def dead_or_gone(view: ProgrammeView) -> Any:
    return [(line.key, line.handed_over_at) for line in show_messages(view) if line.handed_over_at]


def mails(app: App) -> list[str]:
    return [file.name for file in app.settings.mail_folder.glob("*.eml")]


def mails_after(work: Any, app: App) -> set[str]:
    work()
    return set(mails(app))


def wait_until(is_so: Any) -> bool:
    until = time.monotonic() + 20
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True

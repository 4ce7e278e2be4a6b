"""Several commands start at the same moment, or lose the line to the database: everything happens once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ipa_core.app import SHIPPED
from ipa_core.errors import RoundAlreadyOpen
from ipa_core.intake.programme_folder import read_programme
from ipa_core.store import audit
from ipa_core.store import engine as engine_module
from ipa_core.store.database import open_database
from ipa_core.usecases.load_programme import load_programme
from ipa_core.usecases.open_round import open_round, waive_request
from tests.lost_answers import lose_answers

if TYPE_CHECKING:
    from pathlib import Path

    from sqlmodel import Session

    from ipa_core.usecases.load_programme import LoadSummary
    from tests.journeys.world import World

pytestmark = pytest.mark.databases

DAY = "2026-02-04"
MINISTRIES = 6


def test_of_two_first_loads_at_once_the_second_finds_everything_there(world: World) -> None:
    folder, at = read_programme(SHIPPED), world.app.moment(DAY).at
    database = world.app.database
    rival = open_database(database.engine.url.render_as_string(hide_password=False))

    def load(session: Session) -> LoadSummary:
        return load_programme(session, folder, at=at)

    with ThreadPoolExecutor() as pool:
        loads = [pool.submit(one.write, load) for one in (database, rival)]
        summaries = sorted((one.result() for one in loads), key=lambda summary: summary.new)
    rival.close()

    assert summaries[1].new > 200
    assert (summaries[0].new, summaries[0].changed, summaries[0].unchanged) == (0, 0, summaries[1].new)
    assert database.read(audit.verify) is None


def test_three_runs_that_start_at_once_on_an_empty_database_load_and_send_once(empty_url: str, tmp_path: Path) -> None:
    environment = os.environ | {"IPA_HOME": str(tmp_path / "home"), "IPA_DATABASE_URL": empty_url}
    command = [sys.executable, "-m", "ipa_core", "run", "--as-of", DAY, "--json"]

    runs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [json.loads(run.communicate(timeout=120)[0]) for run in runs]

    assert [run.returncode for run in runs] == [0, 0, 0]
    assert Counter(one["loaded"] for one in told) == {"ipa": 1, None: 2}
    assert sum(one["messages"]["handed_over"] for one in told) == MINISTRIES
    assert len(list((tmp_path / "home" / "mail").glob("*.eml"))) == MINISTRIES


def test_a_round_that_opened_without_an_answer_is_our_own(world: World) -> None:
    world.app.load(SHIPPED, world.app.moment(DAY).at)
    database, at = world.app.database, world.app.moment(DAY).at
    lose_answers(database.engine, times=1)

    opened = database.write(lambda session: open_round(session, "ipa", "2026-Q1", at=at))

    assert (opened.round.code, len(opened.requests)) == ("2026-Q1", MINISTRIES)
    with pytest.raises(RoundAlreadyOpen):
        database.write(lambda session: open_round(session, "ipa", "2026-Q1", at=at))


def test_a_waiver_that_was_stored_without_an_answer_is_our_own(world: World) -> None:
    world.run(DAY)
    at = world.app.moment("2026-02-05").at
    lose_answers(world.app.database.engine, times=1)

    waived = world.app.database.write(
        lambda session: waive_request(session, "ipa", "2025-Q4", "BZK", reason="Reorganisatie", by="", at=at)
    )

    assert (waived.organisation, waived.settled_at()) == ("BZK", at)


def test_a_whole_run_over_a_line_that_keeps_breaking_does_everything_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_pause_after", lambda _attempt: 0.0)
    world.app.load(SHIPPED, world.app.moment(DAY).at)
    lose_answers(world.app.database.engine, times=20)

    world.run(DAY)

    assert Counter(mail["To"] for mail in world.mails()).most_common(1)[0][1] == 1
    assert len(world.mails()) == MINISTRIES
    assert [line for line in world.messages(DAY) if line.is_doubtful] == []
    assert world.app.database.read(audit.verify) is None

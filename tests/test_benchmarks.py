"""The benchmark runs, and what it finds at a small size is as it should be."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from benchmarks import works
from benchmarks.measuring import Ratio
from benchmarks.messages import measure_hand_over, measure_messages
from benchmarks.registers import BEFORE_AT, LOADED_AT, NEAR_AT, write_register
from ipa_core.store.database import open_database

if TYPE_CHECKING:
    from pathlib import Path

DOSSIERS, UPDATES = 100, 12
MESSAGES, FEWER, MAILS, LOOSE = 20, 5, 100, 6
FLAGGED, NEAR = 5, 1
"""Dossiers in a hundred."""


@pytest.fixture
def register(tmp_path: Path, empty_url: str) -> tuple[str, Path]:
    """Load a small register, and do the first run."""
    write_register(tmp_path / "register", dossiers=DOSSIERS, updates=UPDATES)
    open_database(empty_url).close()
    works.load(empty_url, tmp_path / "register", LOADED_AT)
    works.detect(empty_url, LOADED_AT)
    return empty_url, tmp_path / "register"


def test_the_work_that_is_measured_is_done(register: tuple[str, Path]) -> None:
    url, folder = register

    _, again = works.load(url, folder, LOADED_AT)

    assert (again.new, again.changed) == (0, 0)
    assert works.read(url, folder)[1] == DOSSIERS * UPDATES
    assert works.scan(url, "recommendation")[1] == DOSSIERS
    assert works.scan(url, "status_update")[1] == DOSSIERS * UPDATES
    assert works.loop(url, date(2026, 3, 2))[1] == FLAGGED
    assert works.add_fact(url, LOADED_AT + timedelta(minutes=3), 2)[1] == 2


def test_postgresql_knows_how_much_a_large_load_brought(register: tuple[str, Path]) -> None:
    url, _ = register
    if url.startswith("sqlite"):
        return  # It asks nobody.
    database = open_database(url)

    counting = text("SELECT relname, reltuples FROM pg_class WHERE relname IN ('status_update', 'expectation')")
    counted = database.read(lambda session: dict(session.connection().execute(counting).tuples().all()))
    database.close()

    assert counted["status_update"] == DOSSIERS * UPDATES
    assert counted["expectation"] >= DOSSIERS


def test_a_run_in_which_nothing_is_due_writes_nothing(register: tuple[str, Path]) -> None:
    url, _ = register

    _, writes = works.count_writes(url, LOADED_AT + timedelta(minutes=1))

    assert writes == 0


def test_a_run_with_nothing_due_costs_a_small_part_of_a_loop_over_objects(register: tuple[str, Path]) -> None:
    url, _ = register
    works.detect(url, LOADED_AT + timedelta(minutes=1))

    nothing, changes = works.detect(url, LOADED_AT + timedelta(minutes=2), times=5)
    loop, _ = works.loop(url, date(2026, 3, 2))

    assert changes == 0
    assert loop / nothing > 5


def test_what_comes_near_on_a_day_falls_due_on_that_day(register: tuple[str, Path]) -> None:
    url, _ = register
    works.detect(url, BEFORE_AT)

    assert works.detect(url, NEAR_AT)[1] == NEAR


def test_the_messages_that_are_measured_are_queued_and_handed_over(tmp_path: Path) -> None:
    numbers = count()

    def new() -> str:
        url = f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"
        open_database(url).close()
        return url

    queueing, _, _ = measure_messages(new, messages=MESSAGES, fewer=FEWER)
    ratio, cost = measure_hand_over(mails=MAILS, stock=0)

    assert queueing.value > 0
    assert 0.5 < ratio.value < LOOSE
    assert cost.value > 0


def test_a_ratio_is_reached_within_its_target() -> None:
    assert Ratio("at most", 2, at_most=2).is_reached
    assert not Ratio("at most", 2.1, at_most=2).is_reached
    assert Ratio("at least", 100, at_least=100).is_reached
    assert not Ratio("at least", 99, at_least=100).is_reached

"""The disk fails at the n-th statement of a run, for every n: the next run finishes the work as if nothing happened.

`make test` tries a few; `make prove` all of them, in eight parts.
"""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from tests.crashes import AT_TEN, Ground, Home, a_ground

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Tell
    from tests.journeys.world import World
    from tests.postgresql import Server

PARTS = 8
BROKEN = "disk I/O error"
SAMPLE = int(os.environ.get("IPA_TEST_STATEMENTS", "3"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    server: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    with a_ground(tmp_path_factory.mktemp("ground"), server) as ground:
        yield ground


def test_a_run_whose_statement_fails_is_finished_by_the_next(ground: Ground, tell: Tell) -> None:
    total = count_statements(ground)
    step = max(1, total // SAMPLE)

    extra = sum(fail_at(ground, number) for number in range(step // 2, total, step))

    tell(f"{SAMPLE} of {total} statements failed, {extra} flagged copies")


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_a_run_may_fail_at_every_statement(ground: Ground, part: int, tell: Tell) -> None:
    total = count_statements(ground)

    extra = [fail_at(ground, number) for number in range(part + 1, total + 1, PARTS)]

    tell(f"part {part}: {len(extra)} of {total} statements failed, {sum(extra)} flagged copies")


def fail_at(ground: Ground, number: int) -> int:
    """Let one statement fail, and run again; return how many copies there were too many.

    Where it only looks whether the lock of the dispatcher is still ours the run does not fail: it stops sending.
    """
    with ground.trial() as home:
        failed = failure_of(home, number)
        assert failed is None or "disk" in str(failed)
        home.visit(lambda world: world.run(AT_TEN))
        return ground.check_facts(home)


def failure_of(home: Home, number: int) -> Exception | None:
    try:
        assert run(home, number) == number, "it went on after the statement that failed"
    except Exception as error:  # noqa: BLE001 - whatever it is, the next run has to finish the work
        return error
    return None


def count_statements(ground: Ground) -> int:
    with ground.trial() as home:
        return run(home, None)


def run(home: Home, failing: int | None) -> int:
    """Run with the failure; return how many statements and commits there were."""
    passed = [0]

    def work(world: World) -> None:
        watch(world.app.database.engine, passed, failing)
        world.run(AT_TEN)

    home.visit(work)
    return passed[0]


def watch(engine: Engine, passed: list[int], failing: int | None) -> None:
    is_sqlite = engine.dialect.name == "sqlite"
    error: Callable[[str], Exception] = sqlite3.OperationalError if is_sqlite else psycopg.errors.IoError

    def note(*_: Any) -> None:
        passed[0] += 1
        if passed[0] == failing:
            raise error(BROKEN)

    for name in ("do_execute", "do_executemany", "do_execute_no_params", "commit"):
        event.listen(engine, name, note)

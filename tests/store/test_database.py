"""A write is stored once, also when nobody heard that it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, func, select

from ipa_core.store import audit
from ipa_core.store import engine as engine_module
from ipa_core.store.audit import AuditEntry
from ipa_core.store.bulk import append_many, change_many, table_of
from ipa_core.store.database import Changes, Database
from ipa_core.store.rounds import RoundRow
from tests.lost_answers import lose_answers

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 2, 4, 11, 0, tzinfo=UTC)


class Work:
    """Appends one entry, and counts how often it was asked to."""

    def __init__(self) -> None:
        self.attempts = 0

    def __call__(self, session: Session) -> int:
        self.attempts += 1
        audit.append(session, programme="ipa", at=NOON, actor="run", action="detect", subject="x", details={})
        return self.attempts


def count_entries(database: Database) -> int:
    return database.read(lambda session: session.exec(select(func.count(col(AuditEntry.seq)))).one())


@pytest.mark.parametrize("times", [1, 3])
def test_a_commit_that_was_stored_but_not_answered_is_recognised(engine: Engine, times: int) -> None:
    database, work = Database(engine), Work()
    lose_answers(engine, times=times)

    assert database.write(work) == 1
    assert (work.attempts, count_entries(database)) == (1, 1)
    assert database.read(audit.verify) is None


def test_a_commit_that_was_lost_is_done_again(engine: Engine) -> None:
    database, work = Database(engine), Work()
    lose_answers(engine, times=2, is_stored=False)

    assert database.write(work) == 3
    assert count_entries(database) == 1


def test_somebody_elses_entry_in_our_place_is_not_ours(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    database, work = Database(engine), Work()

    def let_a_rival_act(_attempt: int) -> float:
        database.write(
            lambda session: audit.append(
                session, programme="ipa", at=NOON, actor="rival", action="detect", subject="x", details={}
            )
        )
        return 0.0

    lose_answers(engine, times=1, is_stored=False)
    monkeypatch.setattr(engine_module, "_pause_after", let_a_rival_act)

    assert database.write(work) == 2
    assert count_entries(database) == 2


def test_a_row_is_a_change_also_when_no_object_of_the_orm_knows_of_it(engine: Engine) -> None:
    with Session(engine) as session:
        changes = Changes(session)
        session.exec(select(func.count(col(RoundRow.code)))).one()
        seen_after_reading = changes.is_any
        append_many(session, table_of(RoundRow), [])
        seen_after_nothing = changes.is_any
        change_many(
            session, table_of(RoundRow), [{"code": "2026-Q1", "due_on": NOON.date()}], key="code", columns=["due_on"]
        )

        assert (seen_after_reading, seen_after_nothing, changes.is_any) == (False, False, True)

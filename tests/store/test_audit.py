"""The audit log grows at its end, and every other change shows."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

import ipa_core
from ipa_core.store.audit import GENESIS, AuditEntry, AuditHead, append, entry_hash, verify
from ipa_core.store.database import Database
from ipa_core.store.engine import make_engine, read, transact
from ipa_core.store.types import canonical_json, utc_text
from tests.guards import drop_guards, execute

NOON = datetime(2026, 10, 25, 11, 0, tzinfo=UTC)
MANY = 20_000
MOST_TIMES_BARE = 3
PROCESSES = 3
ROUNDS = 20
REPLACE_THIRD = """
    INSERT OR REPLACE INTO audit_entry
    SELECT seq, programme, at, 'somebody else', action, subject, details, prev_hash, hash FROM audit_entry WHERE seq = 3
"""


def append_one(session: Session) -> None:
    append(
        session,
        programme="ipa",
        at=NOON,
        actor="coordinator:7",
        action="plan.approved",
        subject="recommendation:UIT-01",
        details={"version": 3, "steps": ["L1", "L2"], "because": None},
    )


def act(engine: Engine, work: Callable[[Session], object] = append_one) -> None:
    Database(engine).write(work)


def last_seq(engine: Engine) -> int:
    return read(engine, lambda session: session.exec(select(func.max(AuditEntry.seq))).one())


only_on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def five_entries(engine: Engine) -> Engine:
    for _ in range(5):
        act(engine)
    return engine


@pytest.fixture
def unguarded(five_entries: Engine) -> Engine:
    """Return the five entries as somebody finds them who has the rights to drop the triggers."""
    drop_guards(five_entries)
    return five_entries


def test_an_untouched_chain_is_whole(five_entries: Engine) -> None:
    assert read(five_entries, verify) is None


def test_an_empty_chain_is_whole(engine: Engine) -> None:
    assert read(engine, verify) is None


def test_entries_are_numbered_and_each_names_the_one_before(five_entries: Engine) -> None:
    entries = read(five_entries, lambda session: session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all())

    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.prev_hash for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    assert entries[0].at == NOON
    assert entries[0].details == {"version": 3, "steps": ["L1", "L2"], "because": None}


def test_several_entries_in_one_transaction_follow_each_other(engine: Engine) -> None:
    act(engine, lambda session: [append_one(session) for _ in range(3)])

    assert read(engine, verify) is None


def test_an_act_that_fails_leaves_no_entry(five_entries: Engine) -> None:
    def fail(session: Session) -> None:
        append_one(session)
        raise LookupError

    with pytest.raises(LookupError):
        act(five_entries, fail)

    act(five_entries)
    assert last_seq(five_entries) == 6
    assert read(five_entries, verify) is None


@only_on_postgresql
def test_a_long_act_does_not_hold_up_the_acts_of_others(engine: Engine) -> None:
    has_acted, others_are_done = threading.Event(), threading.Event()

    def act_at_length(session: Session) -> bool:
        append_one(session)
        has_acted.set()
        return others_are_done.wait(10)

    with ThreadPoolExecutor() as pool:
        long = pool.submit(Database(engine).write, act_at_length)
        has_acted.wait(10)
        act(engine)
        others_are_done.set()

    assert long.result()
    assert last_seq(engine) == 2
    assert read(engine, verify) is None


def test_an_act_outside_a_write_of_the_database_is_refused(engine: Engine) -> None:
    with pytest.raises(KeyError):
        transact(engine, append_one)


def test_processes_that_append_at_once_make_one_chain(engine: Engine) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(ipa_core.__file__).parents[1])}
    command = [sys.executable, __file__, engine.url.render_as_string(hide_password=False)]

    processes = [subprocess.Popen(command, env=environment) for _ in range(PROCESSES)]
    exit_codes = [process.wait(timeout=120) for process in processes]

    assert exit_codes == [0] * PROCESSES
    assert read(engine, verify) is None
    assert last_seq(engine) == PROCESSES * ROUNDS


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'somebody else' WHERE seq = 3",
        "DELETE FROM audit_entry WHERE seq = 3",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_refuses_to_change_an_entry(five_entries: Engine, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        execute(five_entries, statement)

    assert read(five_entries, verify) is None


@only_on_sqlite
def test_sqlite_refuses_to_replace_an_entry(five_entries: Engine) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        execute(five_entries, REPLACE_THIRD)

    assert read(five_entries, verify) is None


@only_on_postgresql
def test_postgresql_refuses_to_empty_the_chain(five_entries: Engine) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        execute(five_entries, "TRUNCATE audit_entry")

    assert read(five_entries, verify) is None


@only_on_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE audit_entry SET at = 'garbage' WHERE seq = 4", id="unreadable time"),
        pytest.param("UPDATE audit_entry SET actor = x'FF' WHERE seq = 4", id="bytes for text"),
    ],
)
def test_values_that_only_sqlite_stores_show_as_well(unguarded: Engine, statement: str) -> None:
    execute(unguarded, statement)

    assert read(unguarded, verify) == 4


@pytest.mark.parametrize(
    ("statement", "first_broken"),
    [
        pytest.param("UPDATE audit_entry SET actor = 'x' WHERE seq = 3", 3, id="another actor"),
        pytest.param("UPDATE audit_entry SET programme = NULL WHERE seq = 3", 3, id="another programme"),
        pytest.param("UPDATE audit_entry SET details = '{}' WHERE seq = 1", 1, id="other details"),
        pytest.param("UPDATE audit_entry SET details = details || ' ' WHERE seq = 2", 2, id="a space in the details"),
        pytest.param("UPDATE audit_entry SET at = '2026-10-25T11:00:01.000000Z' WHERE seq = 4", 4, id="a second later"),
        pytest.param("DELETE FROM audit_entry WHERE seq = 1", 1, id="first removed"),
        pytest.param("DELETE FROM audit_entry WHERE seq = 3", 3, id="one removed"),
        pytest.param("DELETE FROM audit_entry WHERE seq >= 4", 4, id="tail cut off"),
        pytest.param("DELETE FROM audit_entry", 1, id="all removed"),
        pytest.param("UPDATE audit_head SET seq = 3", 4, id="head set back"),
        pytest.param("UPDATE audit_head SET hash = replace(hash, '0', '1')", 5, id="head with another hash"),
        pytest.param("DELETE FROM audit_head", 0, id="head removed"),
    ],
)
def test_tampering_shows_the_first_broken_entry(unguarded: Engine, statement: str, first_broken: int) -> None:
    execute(unguarded, statement)

    assert read(unguarded, verify) == first_broken


def test_an_edit_with_a_new_hash_breaks_the_next_entry(unguarded: Engine) -> None:
    third = read(unguarded, lambda session: session.get_one(AuditEntry, 3))
    forged = hash_of(third.model_dump(exclude={"hash"}) | {"actor": "somebody else"})

    execute(unguarded, f"UPDATE audit_entry SET actor = 'somebody else', hash = '{forged}' WHERE seq = 3")  # noqa: S608 - our own values

    assert read(unguarded, verify) == third.seq + 1


def test_verifying_costs_a_small_multiple_of_reading_and_hashing(engine: Engine) -> None:
    transact(engine, append_many)

    bare, _ = cpu_time(engine, read_and_hash)
    used, first_broken = cpu_time(engine, verify)

    assert first_broken is None
    assert used <= MOST_TIMES_BARE * bare, f"{used:.2f} s against {bare:.2f} s for {MANY} entries"


def cpu_time(engine: Engine, work: Callable[[Session], object]) -> tuple[float, object]:
    started = time.process_time()
    result = read(engine, work)
    return time.process_time() - started, result


def read_and_hash(session: Session) -> None:
    """Do the least that a check must do: read every entry, and hash as many bytes."""
    columns = AuditEntry.__table__.columns  # type: ignore[attr-defined] # SQLModel hides the table
    for row in session.execute(select(*columns).execution_options(yield_per=2_000)):
        hashlib.sha256(str(tuple(row)).encode()).hexdigest()


def append_many(session: Session) -> None:
    """Write what `append` would, but fast: the test is about reading."""
    rows: list[dict[str, Any]] = []
    last_hash = GENESIS
    for seq in range(1, MANY + 1):
        row: dict[str, Any] = {
            "seq": seq,
            "programme": "ipa",
            "at": NOON,
            "actor": "run",
            "action": "signal.opened",
            "subject": f"recommendation:UIT-{seq}",
            "details": {"rule": "V01", "count": seq},
            "prev_hash": last_hash,
        }
        last_hash = hash_of(row)
        rows.append(row | {"hash": last_hash})
    session.execute(insert(AuditEntry), rows)
    session.execute(update(AuditHead).values(seq=MANY, hash=last_hash))


def hash_of(row: dict[str, Any]) -> str:
    return entry_hash(**row | {"at": utc_text(row["at"]), "details": canonical_json(row["details"])})


def main() -> None:
    engine = make_engine(sys.argv[1])
    for _ in range(ROUNDS):
        act(engine)


if __name__ == "__main__":
    main()


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(
    st.fixed_dictionaries(
        {
            "seq": st.integers(1, 2**40),
            "programme": st.none() | TEXTS,
            **dict.fromkeys(("at", "actor", "action", "subject", "details", "prev_hash"), TEXTS),
        }
    )
)
def test_a_hash_is_that_of_the_canonical_object(fields: dict[str, Any]) -> None:
    assert entry_hash(**fields) == hashlib.sha256(canonical_json(fields).encode()).hexdigest()

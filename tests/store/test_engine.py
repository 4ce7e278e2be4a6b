"""Transactions lose nothing, and columns give back what was put in.

Run as a script, this file is one of the processes that write at once.
"""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, Text, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlmodel import Session

import ipa_core
from ipa_core.errors import TemporaryFailure
from ipa_core.store import engine as engine_module
from ipa_core.store.engine import make_engine, read, transact
from ipa_core.store.types import NAMING_CONVENTION, Json, JsonList, UtcDateTime, canonical_json, enum_column

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PROCESSES = 4
ROUNDS = 300
# A zone moves an instant less than a day, and it has to stay within what a datetime can hold.
YEARS = datetime(2, 1, 1), datetime(9998, 1, 1)


class Light(StrEnum):
    GREEN = "green"
    RED = "red"


TABLES = MetaData(naming_convention=NAMING_CONVENTION)
COUNTER = Table("counter", TABLES, Column("id", Integer, primary_key=True), Column("value", Integer, nullable=False))
MOMENT = Table("moment", TABLES, Column("id", Integer, primary_key=True), Column("at", UtcDateTime))
LIGHT = enum_column(Light)
LIGHT.name = LIGHT.key = "light"
THING = Table(
    "thing",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("tags", JsonList),
    Column("facts", Json),
    LIGHT,
)


def count_one(session: Session) -> int:
    value: int = session.execute(select(COUNTER.c.value).with_for_update()).scalar_one()
    session.execute(update(COUNTER).values(value=value + 1))
    return value + 1


def counted(session: Session) -> int:
    value: int = session.execute(select(COUNTER.c.value)).scalar_one()
    return value


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    transact(engine, lambda session: TABLES.create_all(session.connection()))
    transact(engine, lambda session: session.execute(insert(COUNTER).values(id=1, value=0)))
    yield engine
    engine.dispose()


only_on_sqlite = pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
only_on_postgresql = pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "PATIENCE_S", 0.3)


def test_four_processes_that_count_at_once_lose_no_update(engine: Engine) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(ipa_core.__file__).parents[1])}
    command = [sys.executable, __file__, engine.url.render_as_string(hide_password=False)]

    processes = [subprocess.Popen(command, env=environment) for _ in range(PROCESSES)]
    exit_codes = [process.wait(timeout=120) for process in processes]

    assert exit_codes == [0] * PROCESSES
    assert read(engine, counted) == PROCESSES * ROUNDS


@only_on_sqlite
def test_the_settings_that_keep_data_safe_are_on(engine: Engine) -> None:
    def settings(session: Session) -> dict[str, object]:
        names = ("foreign_keys", "trusted_schema", "recursive_triggers", "journal_mode", "synchronous", "busy_timeout")
        return {name: session.execute(text(f"PRAGMA {name}")).scalar_one() for name in names}

    full, extra = 2, 3
    assert transact(engine, settings) == {
        "foreign_keys": 1,
        "trusted_schema": 0,
        "recursive_triggers": 1,
        "journal_mode": "wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete",
        "synchronous": full if sqlite3.sqlite_version_info >= (3, 51, 3) else extra,
        "busy_timeout": 30_000,
    }


def test_an_error_stores_nothing(engine: Engine) -> None:
    def count_and_fail(session: Session) -> None:
        count_one(session)
        raise LookupError

    with pytest.raises(LookupError):
        transact(engine, count_and_fail)

    assert read(engine, counted) == 0


def test_a_reader_cannot_write(engine: Engine) -> None:
    with pytest.raises(DBAPIError):
        read(engine, count_one)

    assert read(engine, counted) == 0


def test_after_a_reader_the_same_connection_can_write_again(engine: Engine) -> None:
    read(engine, counted)

    assert transact(engine, count_one) == 1


def test_an_in_memory_database_reads_and_writes_like_a_file() -> None:
    engine = make_engine("sqlite://")
    transact(engine, lambda session: TABLES.create_all(session.connection()))
    transact(engine, lambda session: session.execute(insert(COUNTER).values(id=1, value=0)))

    transact(engine, count_one)

    assert read(engine, counted) == 1
    with pytest.raises(DBAPIError):
        read(engine, count_one)


def test_the_whole_function_is_repeated_when_the_database_was_locked(engine: Engine) -> None:
    read_values: list[int] = []

    def count_but_locked_at_first(session: Session) -> int:
        read_values.append(counted(session))
        value = count_one(session)
        if len(read_values) < 3:
            raise locked()
        return value

    assert transact(engine, count_but_locked_at_first) == 1
    assert read_values == [0, 0, 0]


def test_an_error_during_commit_is_unknown_and_repeated(engine: Engine) -> None:
    commits: list[int] = []

    def fail_the_first_time(_connection: Connection) -> None:
        commits.append(1)
        if len(commits) == 1:
            raise locked()

    event.listen(engine, "commit", fail_the_first_time)

    assert transact(engine, count_one) == 1
    assert read(engine, counted) == 1


@pytest.mark.usefixtures("short_patience")
def test_a_database_that_stays_locked_is_a_temporary_failure(engine: Engine) -> None:
    def always_locked(_session: Session) -> None:
        raise locked()

    with pytest.raises(TemporaryFailure):
        transact(engine, always_locked)


@pytest.mark.usefixtures("short_patience")
def test_a_writer_that_never_gets_the_lock_is_a_temporary_failure(engine: Engine) -> None:
    impatient = make_engine(engine.url.render_as_string())

    with engine.connect() as rival, rival.begin():
        rival.execute(select(COUNTER).with_for_update())
        with pytest.raises(TemporaryFailure):
            transact(impatient, count_one)

    assert transact(impatient, count_one) == 1
    impatient.dispose()


@only_on_postgresql
def test_long_texts_are_packed_in_the_fastest_way_that_the_server_has(engine: Engine) -> None:
    setting = "SELECT setting, enumvals FROM pg_settings WHERE name = 'default_toast_compression'"

    with engine.connect() as connection:
        chosen, offered = connection.execute(text(setting)).one()

    assert chosen == ("lz4" if "lz4" in offered else "pglz")


@only_on_postgresql
def test_a_connection_that_breaks_halfway_is_made_anew(engine: Engine) -> None:
    attempts: list[int] = []

    def count_but_break_off_at_first(session: Session) -> int:
        value = count_one(session)
        attempts.append(value)
        if len(attempts) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)"))
        return value

    assert transact(engine, count_but_break_off_at_first) == 1
    assert attempts == [1, 1]


@only_on_postgresql
def test_two_that_wait_for_each_other_both_get_through(engine: Engine) -> None:
    transact(engine, lambda session: session.execute(insert(COUNTER).values(id=2, value=0)))
    both_hold_one = threading.Barrier(2)

    def count_both(first: int, second: int) -> None:
        is_first_attempt = iter([True])

        def work(session: Session) -> None:
            for one in (first, second):
                session.execute(update(COUNTER).where(COUNTER.c.id == one).values(value=COUNTER.c.value + 1))
                if one == first and next(is_first_attempt, False):
                    both_hold_one.wait(10)

        transact(engine, work)

    with ThreadPoolExecutor() as pool:
        list(pool.map(count_both, [1, 2], [2, 1]))

    assert read(engine, lambda session: session.execute(select(COUNTER.c.value)).scalars().all()) == [2, 2]


def test_an_error_that_will_not_pass_is_not_repeated(engine: Engine) -> None:
    attempts: list[int] = []

    def add_the_same_again(session: Session) -> None:
        attempts.append(1)
        session.execute(insert(COUNTER).values(id=1, value=0))

    with pytest.raises(IntegrityError):
        transact(engine, add_the_same_again)

    assert len(attempts) == 1


def test_values_stay_out_of_error_texts(engine: Engine) -> None:
    def refused(session: Session) -> None:
        session.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": "canary"})

    with pytest.raises(DBAPIError) as caught:
        transact(engine, refused)

    assert "canary" not in str(caught.value)


def locked() -> OperationalError:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("", {}, cause)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 3, 29, 1, 59, 59, tzinfo=AMSTERDAM), id="before the hour that does not exist"),
        pytest.param(datetime(2026, 3, 29, 3, 0, tzinfo=AMSTERDAM), id="after the hour that does not exist"),
        pytest.param(datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM, fold=0), id="half past two, in summer time"),
        pytest.param(datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM, fold=1), id="half past two, in winter time"),
        pytest.param(pendulum.datetime(2026, 10, 25, 2, 30, tz="Europe/Amsterdam", fold=0), id="pendulum, summer time"),
        pytest.param(pendulum.datetime(2026, 10, 25, 2, 30, tz="Europe/Amsterdam", fold=1), id="pendulum, winter time"),
        pytest.param(datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=timezone(timedelta(hours=-11))), id="far away"),
        pytest.param(datetime(2, 1, 1, tzinfo=UTC), id="long ago"),
    ],
)
def test_an_instant_comes_back_aware_and_the_same(engine: Engine, moment: datetime) -> None:
    transact(engine, lambda session: session.execute(insert(MOMENT).values(at=moment)))

    stored = read(engine, lambda session: session.execute(select(MOMENT.c.at)).scalar_one())

    assert type(stored) is datetime
    assert stored.tzinfo is UTC
    assert stored == moment.astimezone(UTC)


def test_the_two_half_past_twos_are_an_hour_apart_and_in_order(engine: Engine) -> None:
    summer = datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM, fold=0)
    winter = datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM, fold=1)
    transact(engine, lambda session: session.execute(insert(MOMENT), [{"at": winter}, {"at": summer}]))

    stored = read(engine, lambda session: session.execute(select(MOMENT.c.at).order_by(MOMENT.c.at)).scalars().all())

    assert stored == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)], ids=["clock forward", "clock back"])
def test_a_range_query_gives_exactly_the_instants_in_the_range(engine: Engine, night: date) -> None:
    midnight = datetime(night.year, night.month, night.day, tzinfo=AMSTERDAM).astimezone(UTC)
    instants = [midnight + step * timedelta(minutes=20) for step in range(18)]
    transact(engine, lambda session: session.execute(insert(MOMENT), [{"at": at} for at in instants]))

    for since in instants:
        for until in instants:
            in_range = (
                select(MOMENT.c.at)
                .where(MOMENT.c.at >= since.astimezone(AMSTERDAM), MOMENT.c.at < until.astimezone(AMSTERDAM))
                .order_by(MOMENT.c.at)
            )
            found = read(engine, lambda session, query=in_range: session.execute(query).scalars().all())  # type: ignore[misc] # mypy cannot name the type of a lambda with a default
            assert found == [at for at in instants if since <= at < until]


@given(st.lists(st.datetimes(*YEARS, timezones=st.timezones()), min_size=2, max_size=2))
def test_the_order_of_the_stored_text_is_the_order_of_time(moments: list[datetime]) -> None:
    in_utc = [moment.astimezone(UTC) for moment in moments]
    stored = [UtcDateTime().process_bind_param(moment, SQLITE) for moment in in_utc]

    assert [datetime.fromisoformat(kept) for kept in stored] == in_utc
    assert sorted(stored) == [UtcDateTime().process_bind_param(moment, SQLITE) for moment in sorted(in_utc)]


def test_a_naive_instant_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 10, 25, 2, 30)

    with pytest.raises(StatementError):
        transact(engine, lambda session: session.execute(insert(MOMENT).values(at=naive)))
    with pytest.raises(StatementError):
        read(engine, lambda session: session.execute(select(MOMENT).where(MOMENT.c.at < naive)))


def test_json_is_stored_in_one_way_only(engine: Engine) -> None:
    transact(
        engine,
        lambda session: session.execute(
            insert(THING).values(tags=("b", "a"), facts={"z": [1, None], "a": "é"}, light=Light.RED)
        ),
    )

    assert read(engine, lambda session: session.execute(select(THING.c.tags, THING.c.facts)).one()) == (
        ("b", "a"),
        {"a": "é", "z": [1, None]},
    )
    assert read(engine, stored_texts) == ('["b","a"]', '{"a":"é","z":[1,null]}')


def stored_texts(session: Session) -> tuple[str, str]:
    tags, facts = session.execute(select(THING.c.tags.cast(Text), text("facts")).select_from(THING)).one()
    return tags if isinstance(tags, str) else canonical_json(tags), facts


def test_nothing_that_json_cannot_say_is_stored(engine: Engine) -> None:
    for values in ({"facts": float("nan")}, {"tags": "abc"}, {"facts": {1, 2}}):
        with pytest.raises(StatementError):
            transact(engine, lambda session, values=values: session.execute(insert(THING).values(values)))  # type: ignore[misc] # mypy cannot name the type of a lambda with a default


def test_a_choice_comes_back_as_the_member_and_nothing_else_goes_in(engine: Engine) -> None:
    transact(engine, lambda session: session.execute(insert(THING).values(light=Light.RED)))

    assert read(engine, lambda session: session.execute(select(THING.c.light)).scalar_one()) is Light.RED
    with pytest.raises(IntegrityError, match="ck_thing_light"):
        transact(engine, lambda session: session.execute(text("INSERT INTO thing (light) VALUES ('amber')")))


SQLITE = make_engine("sqlite://").dialect


def main() -> None:
    engine = make_engine(sys.argv[1])
    for _ in range(ROUNDS):
        transact(engine, count_one)


if __name__ == "__main__":
    main()

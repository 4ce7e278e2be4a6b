"""Many rows at once are the same rows as one by one, and fail like any other statement."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, String, Table, select, text
from sqlalchemy.exc import IntegrityError

from ipa_core.store.bulk import BATCH, append_many, change_many
from ipa_core.store.database import Changes
from ipa_core.store.engine import make_engine, read, transact
from ipa_core.store.types import NAMING_CONVENTION, Json, JsonList, UtcDateTime, enum_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlmodel import Session


class Light(StrEnum):
    GREEN = "green"
    RED = "red"


LIGHT = enum_column(Light, nullable=True)
LIGHT.name = LIGHT.key = "light"
THING = Table(
    "thing",
    MetaData(naming_convention=NAMING_CONVENTION),
    Column("id", Integer, primary_key=True),
    Column("code", String, unique=True),
    Column("is_known", Boolean),
    Column("on", Date),
    Column("at", UtcDateTime),
    Column("tags", JsonList),
    Column("facts", Json),
    LIGHT,
)

HOSTILE = (
    "",
    "\\N",
    "\\.",
    "NULL",
    "tab\there",
    "line\r\nline\n",
    "back\\slash\\n",
    'a "quote"',
    "it's",
    "é€😀",
    "%s ? :x",
)


def a_thing(code: str, **others: Any) -> dict[str, Any]:
    empty = dict.fromkeys(column.name for column in THING.columns if column.name != "id")
    return {**empty, "code": code, **others}


def things(session: Session) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(THING).order_by(THING.c.id)).mappings()]


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    transact(engine, lambda session: THING.create(session.connection()))
    yield engine
    engine.dispose()


only_on_postgresql = pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)


def test_every_value_comes_back_as_it_was(engine: Engine) -> None:
    whole = a_thing(
        "whole",
        is_known=False,
        on=date(2024, 2, 29),
        at=datetime(2026, 2, 4, 11, 0, 0, 1, tzinfo=UTC),
        tags=("a\tb", 1, None),
        facts={"line\nbreak": ["\\", None, True]},
        light=Light.RED,
    )
    rows = [*(a_thing(code, is_known=True, facts={"said": code}) for code in HOSTILE), whole]

    assert transact(engine, lambda session: append_many(session, THING, rows)) == len(rows)
    assert read(engine, things) == [{"id": number, **row} for number, row in enumerate(rows, start=1)]


def test_rows_keep_their_order_over_batches(engine: Engine) -> None:
    codes = [f"{number:05}" for number in range(2 * BATCH + 1)]

    transact(engine, lambda session: append_many(session, THING, map(a_thing, codes)))

    assert [row["code"] for row in read(engine, things)] == codes


def test_a_change_takes_the_row_with_the_key_and_no_other(engine: Engine) -> None:
    transact(engine, lambda session: append_many(session, THING, map(a_thing, ("first", "second"))))

    rows = [{"id": 2, "code": HOSTILE[5], "on": date(2026, 3, 1), "light": Light.GREEN}]
    transact(engine, lambda session: change_many(session, THING, rows, key="id", columns=("code", "on", "light")))

    first, second = read(engine, things)
    assert (first["code"], first["on"]) == ("first", None)
    assert (second["code"], second["on"], second["light"]) == (HOSTILE[5], date(2026, 3, 1), Light.GREEN)


def test_new_rows_are_noticed_as_a_change(engine: Engine) -> None:
    def noticed(session: Session) -> bool:
        changes = Changes(session)
        append_many(session, THING, [a_thing("new")])
        return changes.is_any

    assert transact(engine, noticed)


def test_what_the_database_refuses_is_an_error_of_ours_without_the_values(engine: Engine) -> None:
    attempts: list[int] = []

    def add_it_twice(session: Session) -> None:
        attempts.append(1)
        append_many(session, THING, [a_thing("canary"), a_thing("canary")])

    with pytest.raises(IntegrityError) as caught:
        transact(engine, add_it_twice)

    assert "canary" not in str(caught.value)
    assert len(attempts) == 1
    assert read(engine, things) == []


@only_on_postgresql
def test_a_connection_that_breaks_while_rows_are_sent_is_made_anew(engine: Engine) -> None:
    attempts: list[int] = []

    def append_but_break_off_at_first(session: Session) -> None:
        own = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        attempts.append(own)
        if len(attempts) == 1:
            with engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})
        append_many(session, THING, [a_thing("sent")])

    transact(engine, append_but_break_off_at_first)

    assert len(set(attempts)) == 2
    assert [row["code"] for row in read(engine, things)] == ["sent"]

"""Promising takes as many steps for many people as for a few."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event

from benchmarks import works
from benchmarks.registers import LOADED_AT, write_register
from ipa_core.intake.programme_folder import read_programme
from ipa_core.render.messages import Renderer
from ipa_core.render.request_files import FileWriter
from ipa_core.store.database import open_database
from ipa_core.usecases.letterheads import Letterhead
from ipa_core.usecases.load_programme import load_programme
from ipa_core.usecases.open_round import open_round
from ipa_core.usecases.promise_messages import promise_messages

if TYPE_CHECKING:
    from pathlib import Path

    from ipa_core.store.database import Database

FEW, MANY = 5, 55
ASKED_AT = LOADED_AT + timedelta(hours=1)
LETTERHEAD = Letterhead(
    renderer=Renderer(), base_url="https://ipa.example", domain="ipa.example", files=FileWriter(lambda: "a key")
)


def count_statements(home: Path, ministries: int) -> tuple[int, int]:
    """Ask each ministry something; return how many messages that gave, and how many statements."""
    write_register(home / "register", dossiers=ministries, updates=1, ministries=ministries)
    database = open_database(f"sqlite:///{home / 'ipa.db'}")
    folder = read_programme(home / "register")
    database.write(lambda session: load_programme(session, folder, at=LOADED_AT))
    database.write(lambda session: open_round(session, works.CODE, works.ASKED, at=ASKED_AT))
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    promised = promise(database)
    database.close()
    return promised, len(statements)


def promise(database: Database) -> int:
    return database.write(lambda session: promise_messages(session, works.CODE, letterhead=LETTERHEAD, at=ASKED_AT))


def test_a_message_more_takes_no_statement_of_its_own(tmp_path: Path) -> None:
    promised_to_few, few = count_statements(tmp_path / "few", FEW)
    promised_to_many, many = count_statements(tmp_path / "many", MANY)

    assert (promised_to_few, promised_to_many) == (FEW, MANY)
    assert many - few < (MANY - FEW) / 2

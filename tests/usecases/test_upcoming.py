"""What breaks soon is known for every day, also for those before the programme was loaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlmodel import select

from ipa_core.domain.moments import start_of_day
from ipa_core.domain.updates import Status
from ipa_core.store.database import Database
from ipa_core.store.expectations import ExpectationRow
from ipa_core.usecases.load_programme import load_programme
from ipa_core.usecases.signal_cards import build_upcoming
from ipa_core.usecases.views import ProgrammeView
from tests.builders import an_update
from tests.rules.stories import a_register
from tests.rules.telling import FIRST, a_folder

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

LOADED_ON = FIRST + timedelta(days=60)


def test_a_date_that_moved_in_time_was_expected_before_it_moved(engine: Engine) -> None:
    planned_on, moved_to = FIRST + timedelta(days=30), FIRST + timedelta(days=300)
    said = [
        an_update(FIRST, dossier="BRON", status=Status.IN_PROGRESS, planned_on=planned_on),
        an_update(FIRST + timedelta(days=20), dossier="BRON", status=Status.IN_PROGRESS, planned_on=moved_to),
    ]
    folder = a_folder(a_register(), said)
    folder = replace(folder, programme=replace(folder.programme, code="proef"))
    database = Database(engine)
    database.write(lambda session: load_programme(session, folder, at=start_of_day(LOADED_ON)))

    def late_on(session: Session, on: date) -> list[date]:
        view = ProgrammeView(session, folder.programme.code, at=start_of_day(on))
        found = build_upcoming(view, until=on + timedelta(days=1000))
        steps = [card.step.on for card in found if card.expectation.rule == "T02" and card.subject.code == "BRON"]
        return steps[:1]

    assert database.read(lambda s: late_on(s, FIRST + timedelta(days=10))) == [planned_on + timedelta(days=1)]
    assert database.read(lambda s: late_on(s, FIRST + timedelta(days=25))) == [moved_to + timedelta(days=1)]
    assert database.read(lambda s: late_on(s, LOADED_ON)) == [moved_to + timedelta(days=1)]
    stored = database.read(lambda s: [row for row in s.exec(select(ExpectationRow)) if row.rule == "T02"])
    assert [row.held_until for row in stored if row.subject_code == "BRON"] == [None]

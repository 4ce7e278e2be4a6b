"""A round opens, also when there is nobody to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.moments import at_time
from ipa_core.domain.periods import Cadence, parse_period
from ipa_core.domain.updates import Status
from ipa_core.errors import PeriodTooFar
from ipa_core.store import rounds
from ipa_core.store.database import open_database
from tests.builders import a_recommendation, an_update
from tests.rules.telling import FIRST, Event, Story, a_folder, tell

if TYPE_CHECKING:
    from datetime import datetime

    from ipa_core.store.database import Database
    from tests.rules.telling import Telling


def test_a_round_in_which_nothing_is_open_asks_nobody() -> None:
    history = [an_update(FIRST, status=Status.DROPPED, reason="vervallen", dossier="BRON")]
    opening = Event(at=at_time(FIRST + timedelta(days=3), 9), opens="2026-02")
    database = open_database("sqlite://")

    told = tell(
        database, Story(folder=a_folder([a_recommendation("BRON", adopted_on=FIRST)], history), events=(opening,)), []
    )

    assert database.read(lambda session: rounds.list_requests_of(session, told.code, "2026-02")) == []
    assert database.read(lambda session: rounds.find_round(session, told.code, "2026-02")) is not None
    database.close()


@pytest.mark.parametrize("code", ["2027-04", "2027-Q2", "2028", "2062-Q1"])
def test_a_round_about_a_period_that_begins_in_more_than_a_year_is_refused(code: str) -> None:
    database = open_database("sqlite://")

    with pytest.raises(PeriodTooFar) as refused:
        told_at(database, at_time(date(2026, 3, 31), 9), opens=code)

    assert refused.value.values == (code, parse_period(code).first, "2026-02")
    database.close()


@pytest.mark.parametrize("code", ["2026-Q1", "2026-Q2", "2027-H1"])
def test_a_person_opens_a_round_of_any_rhythm_also_before_its_period_is_over(code: str) -> None:
    database = open_database("sqlite://")

    told = told_at(database, at_time(date(2026, 4, 1), 9), opens=code)

    assert database.read(lambda session: rounds.find_round(session, told.code, code)) is not None
    database.close()


def test_a_programme_without_a_rhythm_may_ask_about_any_period() -> None:
    database = open_database("sqlite://")

    told = told_at(database, at_time(date(2026, 3, 31), 9), opens="2062", cadence=Cadence.MANUAL)

    assert database.read(lambda session: rounds.find_round(session, told.code, "2062")) is not None
    database.close()


def told_at(database: Database, at: datetime, *, opens: str, cadence: Cadence = Cadence.MONTHLY) -> Telling:
    folder = a_folder([a_recommendation("BRON", adopted_on=FIRST)], [])
    folder = replace(folder, programme=replace(folder.programme, cadence=cadence))
    return tell(database, Story(folder=folder, events=(Event(at=at, opens=opens),)), [])

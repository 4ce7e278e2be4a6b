"""A round opens, also when there is nobody to ask."""

from __future__ import annotations

from datetime import timedelta

from ipa_core.domain.moments import at_time
from ipa_core.domain.updates import Status
from ipa_core.store import rounds
from ipa_core.store.database import open_database
from tests.builders import a_recommendation, an_update
from tests.rules.telling import FIRST, Event, Story, a_folder, tell


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

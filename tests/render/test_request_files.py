"""The last day of a request goes into any agenda, whatever somebody called the round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import icalendar

from ipa_core.render.request_files import render_deadline
from ipa_core.reports.deadlines import Deadline

DEADLINE = Deadline(
    uid="0123456789abcdef@ipa.example",
    programme_name="Interdepartementaal Project Arbeidsmigranten",
    round="2025-Q4",
    organisation="SZW",
    opened_on=date(2026, 2, 4),
    due_on=date(2026, 3, 4),
    made_at=datetime(2026, 2, 4, 8, 0, tzinfo=UTC),
    link="https://ipa.example/verzoeken/2025-Q4/SZW",
)


def event_in(content: bytes) -> icalendar.Event:
    calendar = icalendar.Calendar.from_ical(content)
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    (event,) = calendar.walk("VEVENT")
    return event


def test_it_is_one_event_on_the_whole_of_the_last_day() -> None:
    event = event_in(render_deadline(DEADLINE))

    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 3, 4), date(2026, 3, 5))
    assert event["SUMMARY"] == "Laatste dag: antwoorden op uitvraag 2025-Q4, voor SZW"
    assert event["URL"] == DEADLINE.link
    assert event["TRANSP"] == "TRANSPARENT"
    assert (event["UID"], event["SEQUENCE"]) == (DEADLINE.uid, 0)
    assert event.decoded("DTSTAMP") == DEADLINE.made_at


def test_a_later_file_takes_the_place_of_an_earlier_one() -> None:
    moved = replace(DEADLINE, due_on=date(2026, 3, 18), made_at=datetime(2026, 2, 20, 8, 0, tzinfo=UTC))

    first, second = event_in(render_deadline(DEADLINE)), event_in(render_deadline(moved))

    assert first["UID"] == second["UID"]
    assert first["SEQUENCE"] < second["SEQUENCE"]


def test_the_same_deadline_gives_the_same_bytes_in_short_lines() -> None:
    content = render_deadline(DEADLINE)

    assert content == render_deadline(DEADLINE)
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 75


def test_what_somebody_wrote_stays_one_value() -> None:
    hostile = "Q;1,\\ é" + "ë" * 60 + "\r\nATTACH:https://x.example/\nBEGIN:VALARM"

    event = event_in(render_deadline(replace(DEADLINE, round=hostile, programme_name=hostile, link="")))

    assert "Q;1,\\ é" in event["SUMMARY"]
    assert "ATTACH" not in event
    assert "URL" not in event
    assert event.subcomponents == []

"""The files that go along with a request: the form to fill in, and its last day for an agenda."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of
from ipa_core.render.dutch import one_line
from ipa_core.render.workbooks import render_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ipa_core.reports.deadlines import Deadline
    from ipa_core.reports.workbooks import RequestForm


class FileWriter:
    """Makes the files; the key seals the forms, and is asked for when there is one to seal."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key

    def render_form(self, form: RequestForm) -> bytes:
        """Make the Excel form."""
        return render_workbook(form, self._key())

    def render_deadline(self, deadline: Deadline) -> bytes:
        """Make the file for an agenda."""
        return render_deadline(deadline)


def render_deadline(deadline: Deadline) -> bytes:
    """Return one event that lasts all day (RFC 5545). The same deadline gives the same bytes.

    A later file about the same request has a higher `SEQUENCE`, so that an agenda keeps the newest date.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - takes 0.1 s, and few commands make one

    told = {
        "programme": one_line(deadline.programme_name),
        "round": one_line(deadline.round),
        "organisation": one_line(deadline.organisation),
    }
    event = Event()
    event.add("uid", deadline.uid)
    event.add("dtstamp", deadline.made_at)
    event.add("sequence", (day_of(deadline.made_at) - deadline.opened_on).days)
    event.add("dtstart", deadline.due_on)
    event.add("dtend", deadline.due_on + timedelta(days=1))
    event.add("summary", _words()["summary"].format(**told), parameters={"language": "nl"})
    event.add("description", _words()["description"].format(**told), parameters={"language": "nl"})
    if deadline.link:
        event.add("url", deadline.link)
    event.add("transp", "TRANSPARENT")  # The day stays free for meetings.
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//IPA-monitor//NL")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


@cache
def _words() -> Mapping[str, str]:
    text = resources.files("ipa_core.templates").joinpath("nl/deadline.toml").read_text("utf-8")
    return {name: " ".join(words.split()) for name, words in tomllib.loads(text).items()}

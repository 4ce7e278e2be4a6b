"""What goes along with the request for an answer: the form to fill in, and the last day for the agenda.

A reminder has no files: whoever gets it has them already, or finds the way in its text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ipa_core.domain.attachments import Attachment, AttachmentKind
from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import at_time
from ipa_core.reports.deadlines import Deadline
from ipa_core.usecases.show_workbook import build_form

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from ipa_core.reports.bundles import RequestItem
    from ipa_core.reports.workbooks import RequestForm
    from ipa_core.usecases.letterheads import Letterhead
    from ipa_core.usecases.views import ProgrammeView

ASKING = (Rung.REQUEST, Rung.TAKEN_OVER)
"""The rungs that ask for an answer for the first time."""

MOST_ROWS = 1_000
"""A form with more dossiers takes seconds to make, and nobody fills it in by hand."""

MOST_BYTES = 5 * 1024**2
"""Many mail servers refuse a message of more than 10 MB, and what is attached grows by a third on its way."""


class FileMaker(Protocol):
    """Whoever makes the files."""

    def render_form(self, form: RequestForm) -> bytes:
        """Make the form that somebody fills in."""

    def render_deadline(self, deadline: Deadline) -> bytes:
        """Make the file that puts the last day of a request in an agenda."""


def attach_files(
    view: ProgrammeView, letterhead: Letterhead, items: tuple[RequestItem, ...], *, slot_on: date
) -> tuple[RequestItem, ...]:
    """Return the items with the files that go along with a message of this day.

    The same facts give the same bytes on the same day: the form names the day of the message, not the moment of the
    run that happened to make it.
    """
    maker = letterhead.files
    if maker is None:
        return items
    made_at = at_time(slot_on, WINDOW_OPENS)
    return tuple(
        replace(item, attachments=tuple(_files(view, letterhead, maker, item, made_at=made_at)))
        if item.rung in ASKING
        else item
        for item in items
    )


def _files(
    view: ProgrammeView, letterhead: Letterhead, maker: FileMaker, item: RequestItem, *, made_at: datetime
) -> Iterator[Attachment]:
    stem = _stem(view.code, item)
    form = _form(view, maker, item, made_at)
    if form is not None:
        yield Attachment(name=f"{stem}.xlsx", kind=AttachmentKind.FORM, content=form)
    deadline = maker.render_deadline(_deadline(view, letterhead, item, made_at))
    yield Attachment(name=f"{stem}.ics", kind=AttachmentKind.DEADLINE, content=deadline)


def _form(view: ProgrammeView, maker: FileMaker, item: RequestItem, made_at: datetime) -> bytes | None:
    """Return the form, unless it is too large to send or there is nothing that this ministry may say."""
    if len(item.request.asked) > MOST_ROWS:
        return None
    form = build_form(view, item.request, made_at=made_at)
    content = maker.render_form(form) if form.rows else b""
    return content if 0 < len(content) <= MOST_BYTES else None


def _deadline(view: ProgrammeView, letterhead: Letterhead, item: RequestItem, made_at: datetime) -> Deadline:
    request = item.request
    return Deadline(
        uid=letterhead.message_id(view.code, f"deadline:{request.code}").strip("<>"),
        programme_name=view.programme.name,
        round=request.round,
        organisation=item.organisation.code,
        opened_on=request.opened_on,
        due_on=request.due_on,
        made_at=made_at,
        link=item.link(letterhead.base_url),
    )


def _stem(programme: str, item: RequestItem) -> str:
    """Return `ipa-uitvraag-2025-Q4-SZW`, whatever characters the codes are made of."""
    text = f"{programme}-uitvraag-{item.request.round}-{item.organisation.code}"
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")

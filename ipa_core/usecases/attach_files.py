"""What goes along with the request for an answer: the form to fill in, and the last day for the agenda.

A reminder has no files for whoever has them already, or finds the way in its text; but one that tells that the date
moved has the new last day.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ipa_core.domain.attachments import Attachment, AttachmentKind
from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import at_time, day_of
from ipa_core.reports.deadlines import Deadline
from ipa_core.usecases.show_workbook import build_form, form_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.reports.bundles import Bundle, RequestItem
    from ipa_core.reports.workbooks import FormRow, RequestForm
    from ipa_core.usecases.letterheads import Letterhead
    from ipa_core.usecases.views import ProgrammeView

MOST_BYTES = 5 * 1024**2
"""Many mail servers refuse a message of more than 10 MB, and what is attached grows by a third on its way."""


class FileMaker(Protocol):
    """Whoever makes the files."""

    def render_form(self, form: RequestForm) -> bytes:
        """Make the form that somebody fills in."""

    def render_deadline(self, deadline: Deadline) -> bytes:
        """Make the file that puts the last day of a request in an agenda."""


def attach_files(view: ProgrammeView, letterhead: Letterhead, bundles: Sequence[Bundle]) -> list[Bundle]:
    """Return the bundles with the files that go along.

    The same facts give the same bytes on the same day: the form names the day of the message, not the moment of the
    run that happened to make it.
    """
    maker = letterhead.files
    if maker is None:
        return list(bundles)
    items = (item for bundle in bundles for item in bundle.requests)
    asking = (item.request.asked for item in items if item.is_asked_first and item.fits_a_form)
    rows = form_rows(view, [code for asked in asking for code in asked])

    def with_files(item: RequestItem, slot_on: date) -> RequestItem:
        if not item.is_asked_first and not _is_told_that_it_moved(item):
            return item
        made_at = at_time(slot_on, WINDOW_OPENS)
        return replace(item, attachments=tuple(_files(view, letterhead, maker, item, rows, made_at=made_at)))

    return [
        replace(bundle, requests=tuple(with_files(item, bundle.slot_on) for item in bundle.requests))
        for bundle in bundles
    ]


def _files(
    view: ProgrammeView,
    letterhead: Letterhead,
    maker: FileMaker,
    item: RequestItem,
    rows: Mapping[str, FormRow],
    *,
    made_at: datetime,
) -> Iterator[Attachment]:
    stem = _stem(view.code, item)
    if item.is_asked_first and item.fits_a_form:
        form = build_form(view, item.request, rows, made_at=made_at)
        content = maker.render_form(form) if form.rows else b""  # There may be nothing that this ministry may say.
        if 0 < len(content) <= MOST_BYTES:
            yield Attachment(name=f"{stem}.xlsx", kind=AttachmentKind.FORM, content=content)
    if item.request.due_on >= day_of(made_at):
        deadline = maker.render_deadline(_deadline(view, letterhead, item, made_at))
        yield Attachment(name=f"{stem}.ics", kind=AttachmentKind.DEADLINE, content=deadline)


def _is_told_that_it_moved(item: RequestItem) -> bool:
    """Tell whether somebody who may answer hears of another last day: the one in their agenda is wrong."""
    return item.moved_from is not None and item.rung is not Rung.ESCALATION


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

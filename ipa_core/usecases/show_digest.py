"""Show the digest as it would go out now, to the aanjager or else to the projectleider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import AUDIENCE, Rung
from ipa_core.domain.moments import day_of
from ipa_core.errors import NobodyOnDuty
from ipa_core.usecases.draft_digest import build_digest

if TYPE_CHECKING:
    from ipa_core.usecases.letterheads import Letterhead
    from ipa_core.usecases.views import ProgrammeView


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDigest:
    """The text, and who would get it."""

    recipient: str
    subject: str
    text: str


def show_digest(view: ProgrammeView, letterhead: Letterhead) -> ShownDigest:
    """Return the digest of the first reader on duty; raises NobodyOnDuty when there is none."""
    roles = AUDIENCE[Rung.DIGEST]
    contact = next((one for role in roles for one in view.contacts(role)), None)
    if contact is None:
        raise NobodyOnDuty(tuple(role.value for role in roles))
    slot_on = day_of(view.calendar.next_window(view.at))
    digest = build_digest(view, contact, period="", slot_on=slot_on, base_url=letterhead.base_url)
    rendered = letterhead.renderer.render_digest(digest)
    return ShownDigest(recipient=contact.email, subject=rendered.subject, text=rendered.text)

"""Which digest did a reader get last, or else whoever had the same role? The next one tells what changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ipa_core.domain.notices import digest_key
from ipa_core.store import outbox
from ipa_core.store.outbox import MessageKind, MessageState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipa_core.domain.organisations import Contact
    from ipa_core.store.outbox import DigestRow, TakenSlot
    from ipa_core.usecases.views import ProgrammeView


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard before: the changes through this number, at that instant, in the digest of `slot_on`.

    It `is_first` when this reader never had a digest; somebody else in the role may have had one.
    """

    through_change: int = 0
    decided_at: datetime | None = None
    slot_on: date | None = None
    is_first: bool = True


def find_heard(view: ProgrammeView, contact: Contact, period: str) -> Heard:
    """Return what this reader heard before this period, or may still hear as it is.

    Of a week in which the digest was not for this reader, it is what anybody in the role heard. A week in which there
    was nothing to tell had none: what the monitor did then is counted in the next one.
    """
    taken = outbox.list_slots(view.session, view.code, MessageKind.DIGEST, since=date.min)
    slots = {slot.key: slot for slot in taken if slot.key == digest_key(_week(slot), slot.recipient)}
    earlier = [slot for slot in slots.values() if slot.recipient == contact.email and _week(slot) != period]
    is_first = all(_is_lost(view, slot) for slot in earlier)
    for row in _decided(view, but_not=period):
        slot = _find_slot(view, contact, row, slots)
        if slot is not None:
            return Heard(
                through_change=row.through_change, decided_at=row.decided_at, slot_on=slot.slot_on, is_first=is_first
            )
    return Heard(is_first=is_first)


def _week(slot: TakenSlot) -> str:
    return slot.key.split(":")[1]


def _decided(view: ProgrammeView, *, but_not: str) -> Iterator[DigestRow]:
    """Yield the digests that were decided on, newest first."""
    row = outbox.last_digest(view.session, view.code)
    while row is not None:
        if row.period != but_not:
            yield row
        row = outbox.last_digest(view.session, view.code, before=row)


def _find_slot(
    view: ProgrammeView, contact: Contact, row: DigestRow, slots: Mapping[str, TakenSlot]
) -> TakenSlot | None:
    """Return the message in which this reader got a digest, or somebody in the role if it was not for this reader."""
    mine = slots.get(digest_key(row.period, contact.email))
    found = [mine] if mine is not None else [slot for slot in slots.values() if _week(slot) == row.period]
    return next((slot for slot in found if _is_in_role(view, slot, contact) and not _is_lost(view, slot)), None)


def _is_in_role(view: ProgrammeView, slot: TakenSlot, contact: Contact) -> bool:
    """Tell whether a message was for this reader, or for who had the same role on its day."""
    colleagues = view.contacts(contact.role, on=slot.slot_on)
    return slot.recipient in {contact.email, *(one.email for one in colleagues)}


def _is_lost(view: ProgrammeView, slot: TakenSlot) -> bool:
    """Tell whether nobody got this message, and nobody will get it as it is."""
    if slot.state in (MessageState.DEAD, MessageState.SKIPPED):
        return True
    return slot.state in outbox.WAITING and outbox.is_untaken(view.session, outbox.get(view.session, slot.id))

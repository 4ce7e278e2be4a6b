"""Promise texts: they are in the outbox from now on, and we expect of each that it is handed over in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.messages import PromisedMessage
from ipa_core.domain.organisations import Role
from ipa_core.store import texts
from ipa_core.usecases.refresh_expectations import hold_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipa_core.store.texts import Text
    from ipa_core.usecases.views import ProgrammeView


def enqueue_messages(view: ProgrammeView, promised: Sequence[Text]) -> dict[str, int]:
    """Promise these texts; return the ids of the messages by key."""
    ids = texts.append(view.session, view.code, promised, at=view.at)
    hold_messages(view, [_as_promised(view, text, ids[text.key]) for text in promised])
    return ids


def _as_promised(view: ProgrammeView, text: Text, identity: int) -> PromisedMessage:
    contact = view.find_contact(text.recipient, text.organisation)
    return PromisedMessage(
        id=identity,
        ministry=text.organisation,
        role=contact.role if contact is not None else Role.MAIN,
        slot_on=text.slot_on,
        promised_at=view.at,
    )

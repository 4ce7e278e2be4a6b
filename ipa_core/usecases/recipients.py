"""Whom do we write to? The mailboxes on duty in a role; a deputy stands in for a missing main contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.organisations import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipa_core.domain.organisations import Contact
    from ipa_core.usecases.views import ProgrammeView

NOBODY = ""
"""The recipient of a notice for which no contact can be reached."""


def recipients_of(view: ProgrammeView, roles: Iterable[Role], organisation: str) -> list[str]:
    """Return the addresses on duty in these roles, each once; only NOBODY when there are none."""
    found: dict[str, Contact] = {}
    for role in roles:
        contacts = view.contacts(role, None if role is Role.PROJECT_LEAD else organisation)
        if role is Role.MAIN and not contacts:
            contacts = view.contacts(Role.DEPUTY, organisation)
        found |= {contact.email: contact for contact in contacts}
    return list(found) or [NOBODY]

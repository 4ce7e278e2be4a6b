"""Which address of a channel in Teams do we take? One form only, so that nothing can hide in it.

An Apprise address can hold parameters that send a message elsewhere, switch off the check of a certificate or read a
file. Whoever fills in a contact may only say where the workflow is.
"""

from __future__ import annotations

import re
from typing import Final

from ipa_core.domain.mail_addresses import LABEL

# A name with a dot, never a bare number: an address of this machine or of the house is no workflow of Teams.
_HOST: Final = rf"(?:{LABEL}\.)+[A-Za-z]{{2,63}}"
_PARAMETER: Final = r"(?:pa=yes|route=[0-9]{1,20}|ver=[0-9A-Za-z-]{1,30})"
_ADDRESS: Final = re.compile(
    rf"workflows://(?P<host>{_HOST})(?::[0-9]{{1,5}})?/[A-Za-z0-9_-]{{1,200}}/[A-Za-z0-9_-]{{1,200}}/?"
    rf"(?:\?{_PARAMETER}(?:&{_PARAMETER})*)?"
)


def is_teams_address(text: str) -> bool:
    """Tell whether it is `workflows://host/workflow/signature`, with no more behind it than Power Automate needs."""
    return host_of(text) != ""


def host_of(text: str) -> str:
    """Return the host in such an address; empty when it is none."""
    match = _ADDRESS.fullmatch(text)
    return match["host"] if match is not None else ""

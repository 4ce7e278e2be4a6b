"""What is one plain mail address, and can anybody be behind it?"""

import re
from typing import Final

LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
"""One part of the name of a domain, as a pattern."""

# Narrower than the standard: no quoted parts, comments, `%` or `!` routes, no `|`, nothing outside ASCII.
_ATOM: Final = r"[A-Za-z0-9_+'&=~][A-Za-z0-9_+'&=~-]*"
_ADDRESS: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@{LABEL}(?:\.{LABEL})*")
_LONGEST_LOCAL_PART: Final = 64
_LONGEST_ADDRESS: Final = 254  # RFC 5321 leaves no room for more.
_RESERVED: Final = ("example", "test", "invalid", "localhost", "example.org", "example.com", "example.net")


def is_mail_address(text: str) -> bool:
    """Tell whether the text is one address (`local@domain`, ASCII) to which a mail can be sent, and nothing else."""
    match = _ADDRESS.fullmatch(text)
    return match is not None and len(match[1]) <= _LONGEST_LOCAL_PART and len(text) <= _LONGEST_ADDRESS


def is_made_up(address: str) -> bool:
    """Tell whether the domain is reserved for examples, so that no mail arrives there."""
    domain = address.rpartition("@")[2].casefold()
    return domain in _RESERVED or domain.endswith(tuple(f".{name}" for name in _RESERVED))

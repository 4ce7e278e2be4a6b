"""To which address does a mail server return what it cannot deliver, and which message was that?

Each message has a return address of its own (VERP), so that nothing in a returned mail has to be believed but the
address to which it came. Only we can make one: it ends in a seal.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from typing import Final

from ipa_core.domain.mail_addresses import is_mail_address

_MARK: Final = 20
_SEAL: Final = 16
_LONGEST_LOCAL_PART: Final = 64 - len("+") - _MARK - _SEAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """The address that all return addresses begin with, and the key of the seals."""

    address: str
    key: str = field(repr=False)

    def of(self, message_id: str) -> str:
        """Return the return address of the message with this Message-ID."""
        local_part, _, domain = self.address.rpartition("@")
        mark = message_id.strip("<>")[:_MARK]
        return f"{local_part}+{mark}{self._seal(mark)}@{domain}"

    def find_mark(self, text: str) -> str | None:
        """Return with what the Message-ID begins whose return address stands in the text; None when none of ours does.

        Mail servers may change capitals, and put a name or brackets around it.
        """
        local_part, _, domain = self.address.rpartition("@")
        pattern = rf"{re.escape(local_part)}\+([0-9a-f]{{{_MARK}}})([0-9a-f]{{{_SEAL}}})@{re.escape(domain)}"
        for mark, seal in re.findall(pattern, text.lower()):
            if hmac.compare_digest(self._seal(mark), seal):
                return str(mark)
        return None

    def _seal(self, mark: str) -> str:
        return hmac.new(self.key.encode(), f"ipa return\n{mark}".encode(), "sha256").hexdigest()[:_SEAL]


def is_return_address(text: str) -> bool:
    """Tell whether return addresses can begin with it: one address in lower case, with room for the mark."""
    local_part = text.rpartition("@")[0]
    return (
        is_mail_address(text)
        and text == text.lower()
        and "+" not in local_part
        and len(local_part) <= _LONGEST_LOCAL_PART
    )

"""What may stand in a header? A line break, a comma or a second address there would send the mail to somebody else.

Each check takes the name of the input and raises ValueError with that name: the value itself may be personal.
"""

import re
import unicodedata
from typing import Final

from ipa_core.domain.mail_addresses import LABEL, is_mail_address

_LONGEST_HEADER: Final = 200
# These reorder what one sees.
_BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROL_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})

_SENDER: Final = re.compile(r"""(?P<name>"[^"<>@\\]*"|[^"<>@,;\\]*?) *<(?P<address>[^<>]*)>""")
_MESSAGE_ID: Final = re.compile(rf"<[A-Za-z0-9_+=~-]+(?:\.[A-Za-z0-9_+=~-]+)*@{LABEL}(?:\.{LABEL})*>")


def checked_sender(text: str, name: str) -> tuple[str, str]:
    """Return display name, maybe empty, and address.

    A name with `@` or brackets would pose as an address, and so would one with a comma that has no quotes around it.
    """
    match = _SENDER.fullmatch(text.strip(" "))
    if match is None:
        return "", checked_address(text, name)
    return header_text(match["name"].strip('"'), name), checked_address(match["address"], name)


def checked_address(text: str, name: str) -> str:
    """Return `text` when it is one plain mail address (`local@domain`, ASCII) and nothing else."""
    if not is_mail_address(text):
        raise ValueError(name)
    return text


def header_text(text: str, name: str) -> str:
    """Return the text without outer spaces, cut to 200 characters; control characters are refused."""
    if any(unicodedata.category(char) in _CONTROL_CATEGORIES or char in _BIDI_CONTROLS for char in text):
        raise ValueError(name)
    text = text.strip()
    return text if len(text) <= _LONGEST_HEADER else text[: _LONGEST_HEADER - 1].rstrip() + "…"


def checked_message_id(text: str, name: str) -> str:
    """Return `text` when it is one Message-ID between `<` and `>`."""
    if len(text) > _LONGEST_HEADER or _MESSAGE_ID.fullmatch(text) is None:
        raise ValueError(name)
    return text

"""Which characters may a text from outside hold, and in which form do we keep it?"""

import re
import unicodedata

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_REFUSED_IN_ONE_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def tidy(raw: str) -> str:
    """Return the text without outer spaces, in one Unicode form (NFC) and with one kind of line end."""
    text = raw if raw.isascii() else unicodedata.normalize("NFC", raw)
    return text.strip().replace("\r\n", "\n")


def refused_character(text: str, *, may_break: bool) -> str:
    """Return the name of the first character that may not be there, as `U+0000`; empty when all is well.

    Control characters and lone surrogates are refused; tabs and new lines only where the text `may_break`, as a
    title or a name ends up in the header of a mail.
    """
    if text.isprintable():
        return ""
    found = (_REFUSED if may_break else _REFUSED_IN_ONE_LINE).search(text)
    return f"U+{ord(found.group()):04X}" if found else ""

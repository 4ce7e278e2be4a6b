"""Which characters do these bytes stand for?"""

import codecs
import os

from ipa_core.intake.problems import printable

_BY_MARK = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The mark of UTF-32 starts with the one of UTF-16, and nobody sends UTF-32.
_REFUSED_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def decode(content: bytes, *, accept_cp1252: bool) -> str | None:
    """Return the text, or None when it is in no encoding that we read.

    A byte order mark decides; without one it is UTF-8. Excel in the Netherlands writes CSV in cp1252, so that is
    tried last where `accept_cp1252` says so.
    """
    if content.startswith(_REFUSED_MARKS):
        return None
    for mark, encoding in _BY_MARK:
        if content.startswith(mark):
            return _decode_as(content, encoding)
    text = _decode_as(content, "utf-8")
    return _decode_as(content, "cp1252") if text is None and accept_cp1252 else text


def readable_name(name: str) -> str:
    """Return the name of a file as people read it, in characters that can be stored anywhere.

    Python keeps the bytes of a name that is no UTF-8, from an old share or a zip, as lone surrogates.
    """
    return printable(decode(os.fsencode(name), accept_cp1252=True) or name)


def _decode_as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None

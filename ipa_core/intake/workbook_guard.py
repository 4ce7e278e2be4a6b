"""Is this a workbook that may be opened? Looks at the package only, streaming, before any reader of Excel sees it."""

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ipa_core.intake.problems import problem
from ipa_core.intake.submissions import BrokenFileError

MAX_PARTS = 500
MAX_UNPACKED = 60 * 1024**2
ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_CONTENT_TYPES = "[Content_Types].xml"
_ENTRY_MARK = b"PK\x01\x02"
_CHUNK = 1024**2
_ENCRYPTED_BIT = 0x1
_WORKBOOK_TYPES = (b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml")
_MACROS = re.compile(rb"vbaproject|macroenabled|macrosheet|dialogsheet|intlmacro")
_FOREIGN = re.compile(rb"externallink|oleobject|activex|/embeddings/")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_LONGEST_DECLARATION = 16
_XML = (".xml", ".rels", ".vml")
_BROKEN_PACKAGE = (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
"""What the zip reader raises on a damaged package; NotImplementedError is a RuntimeError."""


def check_workbook(content: bytes) -> None:
    """Raise BrokenFileError when the bytes are no plain workbook, or when opening it could do harm."""
    if content.startswith(OLE_MARK):
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise _refused("workbook_encrypted" if is_locked else "workbook_old")
    # Every entry of a package has this mark: counting it costs less than reading a list of a million entries.
    if content.count(_ENTRY_MARK) > MAX_PARTS:
        raise BrokenFileError(problem("workbook_too_many_parts", limit=MAX_PARTS))
    try:
        with ZipFile(io.BytesIO(content)) as package:
            _check_names(package.infolist())
            _check_parts(package)
    except _BROKEN_PACKAGE:
        raise _refused("workbook_unreadable") from None


def _check_names(parts: list[ZipInfo]) -> None:
    times = Counter(part.filename.casefold() for part in parts)
    if any(_is_astray(part) for part in parts) or max(times.values(), default=0) > 1:
        raise _refused("workbook_unreadable")
    if any(part.flag_bits & _ENCRYPTED_BIT for part in parts):
        raise _refused("workbook_encrypted")
    if _CONTENT_TYPES not in (part.filename for part in parts):
        raise _refused("workbook_other_kind")
    _check_kind("\n".join(times).encode("utf-8", "replace"))


def _is_astray(part: ZipInfo) -> bool:
    """Tell whether a part has a name that leads out of the package, or is packed in a way that Excel does not know."""
    steps = part.orig_filename.split("/")
    is_elsewhere = steps[0] == "" or ".." in steps or any(mark in part.orig_filename for mark in "\\:\0")
    return is_elsewhere or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED)


def _check_kind(told: bytes) -> None:
    """Refuse what a form never holds, by the names of the parts or by what the package tells about them."""
    if _MACROS.search(told):
        raise _refused("workbook_macros")
    if _FOREIGN.search(told):
        raise _refused("workbook_foreign_parts")


def _check_parts(package: ZipFile) -> None:
    """Unpack each part once, piece by piece, and keep nothing; the sizes that the package tells are not believed."""
    unpacked = 0
    types = b""
    for part in package.infolist():
        tail = b""
        for chunk in _chunks(package, part):
            unpacked += len(chunk)
            if unpacked > MAX_UNPACKED:
                raise _refused("workbook_too_heavy")
            if part.filename.lower().endswith(_XML):
                # Without its zeros UTF-16 reads like ASCII.
                text = tail + chunk.replace(b"\0", b"")
                if _DECLARATION.search(text):
                    raise _refused("workbook_unreadable")
                tail = text[-_LONGEST_DECLARATION:]
            if part.filename == _CONTENT_TYPES:
                types += chunk
    _check_kind(types.lower())
    if not any(kind in types for kind in _WORKBOOK_TYPES):
        raise _refused("workbook_other_kind")


def _chunks(package: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _refused(code: str) -> BrokenFileError:
    return BrokenFileError(problem(code))

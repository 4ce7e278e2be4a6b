"""Workbooks that were made to break us: each is answered with the expected code, in time, and twice the same."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from ipa_core.intake import workbook_child, workbook_sheets
from ipa_core.intake.submissions import BrokenFileError, ReadSubmission, read_submission
from ipa_core.intake.workbook_guard import MAX_PARTS, MAX_UNPACKED, check_workbook
from ipa_core.reports.workbooks import MARK_SHEET
from tests.workbooks import (
    HEADER,
    HEADER_XML,
    ROW,
    SHEET,
    a_workbook,
    cell,
    packed,
    parts_of,
    row,
    with_part,
    with_sheet_data,
    with_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONGEST_SECONDS = 60.0
"""Far above the limits of the child (15 s of processor, 20 s on the clock), because a busy machine says nothing."""

GOOD = a_workbook(HEADER, ROW)
LAUGHS = (
    b'<!DOCTYPE lol [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in b"bcdefghij")
    + b"]>"
)
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
STRINGS = "xl/sharedStrings.xml"
SST = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def a_deflated_zip_of(size: int, name: str = SHEET) -> bytes:
    return with_part(GOOD, name, b"<x>" + b" " * size + b"</x>")


def raw_zip(*names: str) -> bytes:
    """Return the good workbook with parts added under any name, twice the same or outside included."""
    content = io.BytesIO(GOOD)
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            package.writestr(zipfile.ZipInfo(name), f"<x>{name}</x>")
    return content.getvalue()


def with_lying_sizes() -> bytes:
    """A bomb of 100 MB that says of itself, in both places, that it unpacks to 100 bytes."""
    content = a_deflated_zip_of(100 * 1024**2)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        part = package.getinfo(SHEET)
    true, lie = struct.pack("<I", part.file_size), struct.pack("<I", 100)
    return content.replace(true, lie)


def with_encrypted_parts() -> bytes:
    """The good workbook, of which each part says that it is encrypted."""
    content = bytearray(GOOD)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 1)
    return bytes(content)


def nested(levels: int) -> bytes:
    content = GOOD
    for _ in range(levels):
        content = packed({"[Content_Types].xml": b"<x/>", "a.xlsx": content})
    return content


def with_many_styles(number: int) -> bytes:
    parts = parts_of(GOOD)
    styles = parts["xl/styles.xml"].replace(b"</cellXfs>", b'<xf numFmtId="14"/>' * number + b"</cellXfs>")
    return packed({**parts, "xl/styles.xml": styles})


def with_strings(inside: bytes, before: bytes = b"") -> bytes:
    return with_part(GOOD, STRINGS, before + SST + inside + b"</sst>")


def type_of(old: bytes, new: bytes) -> bytes:
    return with_text(GOOD, old, new, part="[Content_Types].xml")


def many_rows_of_one_text() -> bytes:
    """One text of a million characters, shown in forty thousand cells."""
    text = b"<si><t>aanbeveling</t></si><si><t>stand</t></si><si><t>" + b"x" * 1_000_000 + b"</t></si>"
    rows = b"".join(row(number, b'<c r="A%d" t="s"><v>2</v></c>' % number) for number in range(2, 40_000))
    header = row(1, b'<c r="A1" t="s"><v>0</v></c>', b'<c r="B1" t="s"><v>1</v></c>')
    return with_sheet_data(header + rows, content=with_strings(text))


MACRO = b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600

HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "a bomb of 100 MB": (lambda: a_deflated_zip_of(100 * 1024**2), {"workbook_too_heavy"}),
    "a bomb that lies about its size": (with_lying_sizes, {"workbook_unreadable"}),
    "shared texts of 200 MB": (lambda: with_strings(b" " * 200 * 1024**2), {"workbook_too_heavy"}),
    "many rows of one long text": (many_rows_of_one_text, {"workbook_too_heavy"}),
    "elements without end in each other": (
        lambda: with_sheet_data(HEADER_XML + b"<row>" + b"<c>" * 50_000 + b"</c>" * 50_000 + b"</row>"),
        {"workbook_unreadable", "lines_missing"},
    ),
    "a text deep in other texts": (
        lambda: with_strings(b"<si>" + b"<r>" * 100_000 + b"</r>" * 100_000 + b"</si>"),
        {"workbook_unreadable"},
    ),
    "workbooks in workbooks": (lambda: nested(50), {"workbook_other_kind"}),
    "a size of every cell there is": (
        lambda: with_text(GOOD, b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
        set(),
    ),
    "a size of one cell": (lambda: with_text(GOOD, b'ref="A1:B2"', b'ref="A1:A1"'), set()),
    "a size that is none": (lambda: with_text(GOOD, b'ref="A1:B2"', b'ref="hier"'), {"workbook_unreadable"}),
    "the last cell there is": (
        lambda: with_sheet_data(HEADER_XML + row(2, cell("A2", "A")) + row(1_048_576, cell("XFD1048576", "x"))),
        {"workbook_cell_far"},
    ),
    "a cell too far to the right": (lambda: a_workbook((*HEADER, *[None] * 60, "x"), ROW), {"workbook_cell_far"}),
    "far cells with a colour only": (
        lambda: with_sheet_data(
            HEADER_XML + row(2, cell("A2", "A"), cell("B2", "afgerond")) + row(1_048_576, b'<c r="XFD1048576" s="0"/>')
        ),
        set(),
    ),
    "too many rows": (
        lambda: with_sheet_data(HEADER_XML + row(2, cell("A2", "A")) + row(50_002, cell("A50002", "B"))),
        {"workbook_cell_far"},
    ),
    "a row that comes twice": (
        lambda: with_sheet_data(HEADER_XML + row(2, cell("A2", "A"), cell("B2", "afgerond")) * 2),
        {"workbook_unreadable"},
    ),
    "a cell that comes twice": (
        lambda: with_sheet_data(HEADER_XML + row(2, cell("A2", "A"), cell("A2", "B"), cell("B2", "afgerond"))),
        {"workbook_unreadable"},
    ),
    "a cell of another row": (
        lambda: with_sheet_data(HEADER_XML + row(2, cell("A9", "A"), cell("B2", "afgerond"))),
        {"workbook_unreadable"},
    ),
    "a shared text that is not there": (
        lambda: with_sheet_data(HEADER_XML + row(2, b'<c r="A2" t="s"><v>999</v></c>')),
        {"workbook_unreadable"},
    ),
    "a number of a million digits": (
        lambda: with_sheet_data(HEADER_XML + row(2, b'<c r="A2"><v>' + b"9" * 1_000_000 + b"</v></c>")),
        {"workbook_unreadable"},
    ),
    "a number without end": (
        lambda: with_sheet_data(HEADER_XML + row(2, b'<c r="A2"><v>1e999</v></c>', cell("B2", "afgerond"))),
        set(),
    ),
    "very many styles": (lambda: with_many_styles(20_000), set()),
    "control characters": (lambda: a_workbook(HEADER, ("A\x07", "afgerond")), {"character_refused"}),
    "half a character": (
        lambda: with_sheet_data(HEADER_XML + row(2, cell("A2", "_xD800_"), cell("B2", "afgerond"))),
        {"character_refused"},
    ),
    "a text of a million characters": (
        lambda: with_sheet_data(HEADER_XML + row(2, cell("A2", "A" * 1_000_000), cell("B2", "afgerond"))),
        {"text_too_long"},
    ),
    "laughs in the sheet": (
        lambda: with_sheet_data(row(1, cell("A1", "&j;")), before=LAUGHS),
        {"workbook_unreadable"},
    ),
    "laughs in the shared texts": (lambda: with_strings(b"<si><t>&j;</t></si>", LAUGHS), {"workbook_unreadable"}),
    "another file in the sheet": (
        lambda: with_sheet_data(row(1, cell("A1", "&a;")), before=EXTERNAL),
        {"workbook_unreadable"},
    ),
    "another file in the shared texts": (
        lambda: with_strings(b"<si><t>&a;</t></si>", EXTERNAL),
        {"workbook_unreadable"},
    ),
    "entities in UTF-16": (
        lambda: with_part(GOOD, STRINGS, (EXTERNAL + SST + b"</sst>").decode().encode("utf-16")),
        {"workbook_unreadable"},
    ),
    "entities in EBCDIC": (
        lambda: with_part(
            GOOD,
            STRINGS,
            (b'<?xml version="1.0" encoding="cp037"?>' + LAUGHS + SST + b"</sst>").decode().encode("cp037"),
        ),
        {"workbook_unreadable"},
    ),
    "macros": (lambda: with_part(GOOD, "xl/vbaProject.bin", b"x"), {"workbook_macros"}),
    "macros under another name": (lambda: type_of(*MACRO), {"workbook_macros"}),
    "old macros": (lambda: with_part(GOOD, "xl/macrosheets/sheet1.xml", b"<x/>"), {"workbook_macros"}),
    "a link to another workbook": (
        lambda: with_part(GOOD, "xl/externalLinks/externalLink1.xml", b"<x/>"),
        {"workbook_foreign_parts"},
    ),
    "another file inside": (lambda: with_part(GOOD, "xl/embeddings/oleObject1.bin", b"x"), {"workbook_foreign_parts"}),
    "a control": (lambda: with_part(GOOD, "xl/activeX/activeX1.xml", b"<x/>"), {"workbook_foreign_parts"}),
    "a password": (
        lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600,
        {"workbook_encrypted"},
    ),
    "old Excel": (lambda: OLE + "Workbook".encode("utf-16-le"), {"workbook_old"}),
    "a zip with a password": (with_encrypted_parts, {"workbook_encrypted"}),
    "half a zip": (lambda: GOOD[: len(GOOD) // 2], {"workbook_unreadable"}),
    "a zip with a broken byte": (
        lambda: raw_zip("a.xml").replace(b"<x>a.xml</x>", b"<x>b.xml</x>"),
        {"workbook_unreadable"},
    ),
    "only the first bytes": (lambda: b"PK\x03\x04", {"workbook_unreadable"}),
    "text under the name of Excel": (lambda: b"aanbeveling;stand\nA;afgerond\n", {"workbook_unreadable"}),
    "a zip of something else": (lambda: packed({"foto.jpg": b"x"}), {"workbook_other_kind"}),
    "a document of Word": (
        lambda: type_of(b"spreadsheetml.sheet.main", b"wordprocessingml.document.main"),
        {"workbook_other_kind"},
    ),
    "an empty zip": (lambda: packed({}), {"workbook_other_kind"}),
    "two parts with one name": (lambda: raw_zip("a.xml", "A.xml"), {"workbook_unreadable"}),
    "a part above the package": (lambda: raw_zip("../../etc/cron.d/x"), {"workbook_unreadable"}),
    "a part at the root of the disk": (lambda: raw_zip("/etc/cron.d/x"), {"workbook_unreadable"}),
    "a part on a drive": (lambda: raw_zip("C:\\x.xml"), {"workbook_unreadable"}),
    "very many parts": (lambda: raw_zip(*(f"{n}.xml" for n in range(MAX_PARTS))), {"workbook_too_many_parts"}),
    "a sheet that is no XML": (lambda: with_part(GOOD, SHEET, b"\x00\x01"), {"workbook_unreadable"}),
    "a sheet that is not there": (
        lambda: packed({name: part for name, part in parts_of(GOOD).items() if name != SHEET}),
        {"file_empty"},
    ),
    "unknown heading": (lambda: a_workbook((*HEADER, "kleur"), (*ROW, "rood")), {"heading_unknown"}),
    "double headings": (lambda: a_workbook((*HEADER, "Stand"), ROW), {"column_double"}),
    "a hidden sheet that says it is ours": (
        lambda: a_workbook(sheets={"Opgave": (HEADER, ROW), MARK_SHEET: (("formulier", "1"),)}),
        {"form_seal_wrong"},
    ),
}


def answered(content: bytes) -> tuple[ReadSubmission, float]:
    started = time.perf_counter()
    return read_submission("a.xlsx", content, form_key="sleutel"), time.perf_counter() - started


@pytest.mark.parametrize(("make", "codes"), [pytest.param(*case, id=told) for told, case in HOSTILE.items()])
def test_a_hostile_workbook_is_answered_in_time_and_twice_the_same(make: Callable[[], bytes], codes: set[str]) -> None:
    content = make()

    first, seconds = answered(content)
    again, _ = answered(content)

    found = {one.code for one in first.problems}
    assert found <= codes
    assert bool(found) is bool(codes)
    is_whole = first.is_broken or first.is_returned
    assert is_whole or first.line_count == len(first.lines) + len({found.row for found in first.problems})
    assert first == again
    assert seconds < LONGEST_SECONDS
    assert json.dumps([found.as_json() for found in first.problems], ensure_ascii=False).encode()


def test_the_corpus_is_large_enough() -> None:
    assert len(HOSTILE) >= 50


def test_the_guard_lets_through_what_is_just_small_enough() -> None:
    rest = sum(len(part) for name, part in parts_of(GOOD).items() if name != "xl/media/foto.png")

    check_workbook(with_part(GOOD, "xl/media/foto.png", b" " * (MAX_UNPACKED - rest)))
    with pytest.raises(BrokenFileError):
        check_workbook(with_part(GOOD, "xl/media/foto.png", b" " * (MAX_UNPACKED - rest + 1)))


def the_child_that_works_like(work: str, **limits: int) -> subprocess.CompletedProcess[bytes]:
    """Start the child with its own limits, or lower ones, and something else to do than to read a workbook."""
    lines = [
        "import resource, sys",
        "from ipa_core.intake import workbook_child as child",
        *(f"child.{name} = {limit}" for name, limit in limits.items()),
        f"child.describe = lambda _: {work}",
        "child.main()",
    ]
    return subprocess.run([sys.executable, "-c", "\n".join(lines)], input=b"", capture_output=True, check=False)


def test_the_child_gets_no_more_than_768_mb_and_15_seconds() -> None:
    asked = ", ".join(f"resource.getrlimit(resource.{name})" for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE"))

    told = the_child_that_works_like(f"repr([{asked}]).encode()").stdout

    memory, seconds, core = json.loads(told.replace(b"(", b"[").replace(b")", b"]"))
    assert (memory, seconds, core) == ([768 * 1024**2] * 2, [15] * 2, [0] * 2)
    assert workbook_sheets.WALL_SECONDS <= 20


def test_the_child_stops_by_itself_when_it_asks_for_more() -> None:
    assert the_child_that_works_like("bytes(300 * 1024**2)[:1]").returncode == 0
    assert the_child_that_works_like("bytes(800 * 1024**2)[:1]").returncode == workbook_child.TOO_HEAVY
    assert the_child_that_works_like("sum(iter(int, 1))", CPU_SECONDS=1).returncode in workbook_sheets.HEAVY_ENDS
    assert the_child_that_works_like("bytes(2_000_000)", OUTPUT_BYTES=1_000_000).stdout == b"\0" * 2_000_000


@pytest.mark.parametrize(
    ("script", "code"),
    [
        pytest.param("raise SystemExit(1)", "workbook_unreadable", id="it fails"),
        pytest.param("import os; os.kill(os.getpid(), 11)", "workbook_unreadable", id="it crashes"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "workbook_too_heavy", id="it is killed"),
        pytest.param("import os; os.kill(os.getpid(), 24)", "workbook_too_heavy", id="its time is up"),
        pytest.param("import os; os._exit(3)", "workbook_too_heavy", id="its memory is up"),
        pytest.param("while True: pass  # never ends", "workbook_too_heavy", id="it never ends"),
        pytest.param("import signal; signal.pause()  # hangs", "workbook_too_heavy", id="it hangs"),
        pytest.param("", "workbook_unreadable", id="it says nothing"),
        pytest.param("print('x' * 100)", "workbook_unreadable", id="it says nonsense"),
        pytest.param("print('[' * 1_000_000)", "workbook_unreadable", id="it says deep nonsense"),
        pytest.param("print('{}')", "workbook_unreadable", id="it leaves out all"),
        pytest.param('print(\'{"sheets": [{"name": 1}]}\')', "workbook_unreadable", id="it leaves out much"),
        pytest.param(
            'print(\'{"sheets": [{"name": "a", "is_hidden": false, "far": "", "rows": [[1, [[1, "x", ""]]]]}]}\')',
            "workbook_unreadable",
            id="it says an unknown kind",
        ),
    ],
)
def test_whatever_the_child_does_the_file_is_sent_back_in_plain_words(
    script: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(script)
    monkeypatch.setattr(workbook_sheets, "CHILD", child)
    if "never ends" in script or "hangs" in script:
        monkeypatch.setattr(workbook_sheets, "WALL_SECONDS", 1)

    found, _ = answered(GOOD)

    assert [one.code for one in found.problems] == [code]


def test_the_child_gets_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        "import json, os\n"
        "names = ' '.join([*os.environ, os.getcwd()])\n"
        "cells = [[1, 'text', 'aanbeveling'], [2, 'text', 'stand']], [[1, 'text', names], [2, 'text', 'afgerond']]\n"
        "rows = list(enumerate(cells, start=1))\n"
        "print(json.dumps({'sheets': [{'name': 'a', 'is_hidden': False, 'far': '', 'rows': rows}]}))\n"
    )
    monkeypatch.setattr(workbook_sheets, "CHILD", child)
    monkeypatch.setenv("IPA_SECRET_KEY", "geheim")
    monkeypatch.setenv("IPA_DATABASE_URL", "postgresql://geheim")

    (line,) = answered(GOOD)[0].lines

    # Python itself may set the encoding of the locale.
    assert set(line.dossier.split()) <= {"LC_CTYPE", "/"}

"""Workbooks to test with: made in memory, well or badly."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from xlsxwriter import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HEADER = ("aanbeveling", "stand")
ROW = ("A", "afgerond")
SHEET = "xl/worksheets/sheet1.xml"


def a_workbook(*rows: Sequence[Any], sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None) -> bytes:
    """Return a workbook with these rows, or with sheets by name. A pair is a number and its format."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, lines in (sheets or {"Blad1": rows}).items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                for place, value in enumerate(line):
                    _write(book, sheet, number, place, value)
    return content.getvalue()


def _write(book: Any, sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, tuple):
        sheet.write_number(row, column, value[0], book.add_format({"num_format": value[1]}))
    elif isinstance(value, datetime | date):
        shown_as = "d-m-yyyy h:mm" if isinstance(value, datetime) else "d-m-yyyy"
        sheet.write_datetime(row, column, value, book.add_format({"num_format": shown_as}))
    elif value is not None:
        sheet.write(row, column, value)


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return the package of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return the workbook with a part added or replaced."""
    return packed({**parts_of(content), name: part})


def with_text(content: bytes, old: bytes, new: bytes, *, part: str = SHEET) -> bytes:
    """Return the workbook with a text in one part replaced; the text must be there."""
    parts = parts_of(content)
    assert old in parts[part], parts[part]
    return packed({**parts, part: parts[part].replace(old, new)})


def with_sheet_data(rows: bytes, *, before: bytes = b"", content: bytes | None = None) -> bytes:
    """Return a workbook whose first sheet holds these rows of XML."""
    xml = (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        + before
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )
    return with_part(content or a_workbook(HEADER), SHEET, xml)


def cell(name: str, text: str) -> bytes:
    """Return a cell of XML with a text."""
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def row(number: int, *cells: bytes) -> bytes:
    """Return a row of XML."""
    return f'<row r="{number}">'.encode() + b"".join(cells) + b"</row>"


HEADER_XML = row(1, cell("A1", "aanbeveling"), cell("B1", "stand"))


def edited(content: bytes, edit: Callable[[Any], None]) -> bytes:
    """Return a workbook as somebody left it after an edit in a spreadsheet program."""
    book = load_workbook(io.BytesIO(content))
    edit(book)
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()

"""The child process that opens a workbook: bytes on stdin, one JSON document with its filled cells on stdout.

It is started by its path and imports nothing of ours, so a workbook that breaks the reader breaks this process only.
The limits are set before the first byte is read.

A cell is told as `[column, kind, text]`. The text is what a Dutch colleague would have typed (`90%`, `31-12-2026`,
`waar`), so that it reads like the same table in CSV. The kind is `text`, `error`, or `formula` when nothing was stored
beside the formula.
"""

import io
import json
import os
import re
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MEMORY_BYTES = 768 * 1024**2
CPU_SECONDS = 15
OUTPUT_BYTES = 64 * 1024**2
MAX_COLUMNS = 50
MAX_ROWS = 50_001
"""The form has its heading and 50,000 lines at most."""

TOO_HEAVY = 3
"""The exit status when a workbook asks for more than the limits give."""

_MAX_CHARACTERS = 10 * 1024**2
_CELL_COST = 8
# What is between quotes, behind a backslash or between brackets in the format of a number is shown as it is.
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_LARGEST_NUMBER = 1e15  # Excel keeps fifteen digits.
_SMALLEST_PART = Decimal("0.000000001")


def main() -> None:
    """Read stdin, write stdout; the exit status tells how it went."""
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lowest, lowest))
    try:
        document = describe(sys.stdin.buffer.read())
    except MemoryError:
        os._exit(TOO_HEAVY)  # Clearing up first may ask for memory once more.
    sys.stdout.buffer.write(document)


def describe(content: bytes) -> bytes:
    """Return the document about a workbook."""
    sheets = list(_read_sheets(content))
    return json.dumps({"sheets": sheets}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _read_sheets(content: bytes) -> Iterator[dict[str, object]]:
    """Yield name, visibility and filled rows of each sheet, and the first filled cell that lies too far out."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    budget = _Budget()
    for sheet in book.worksheets:
        rows, far = _read_rows(sheet, budget)
        yield {"name": sheet.title, "is_hidden": sheet.sheet_state != "visible", "rows": rows, "far": far}


class _Budget:
    """How much may still be told: one shared text in a million cells is a million texts."""

    left = _MAX_CHARACTERS

    def spend(self, text: str) -> None:
        """Take the cost of a cell; raises MemoryError when nothing is left."""
        self.left -= len(text) + _CELL_COST
        if self.left < 0:
            raise MemoryError


def _read_rows(sheet: Any, budget: _Budget) -> tuple[list[Any], str]:  # noqa: ANN401 - a private type of openpyxl
    """Return the filled rows with their numbers, up to a filled cell that lies outside the limits, and its name."""
    from openpyxl.utils import get_column_letter

    rows: list[Any] = []
    last = 0
    for number, cells in _parse(sheet):
        columns = [cell["column"] for cell in cells]
        if number <= last or columns != sorted(set(columns)) or any(cell["row"] != number for cell in cells):
            # Two cells in one place: a reader that shows one of them hides the other.
            raise ValueError(number)
        last = number
        filled = [(cell["column"], *_as_told(sheet, cell)) for cell in cells]
        filled = [(column, kind, text) for column, kind, text in filled if text or kind != "text"]
        near = [one for one in filled if one[0] <= MAX_COLUMNS and number <= MAX_ROWS]
        for _, _, text in near:
            budget.spend(text)
        if near:
            rows.append((number, near))
        if len(near) < len(filled):
            return rows, f"{get_column_letter(filled[len(near)][0])}{number}"
    return rows, ""


def _parse(sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:  # noqa: ANN401 - a private type of openpyxl
    """Yield each row as it stands in the file.

    openpyxl's own loop believes what the sheet says about its size, and leaves out what lies outside. Here its parser
    is fed row by row; nothing below the rows is read.
    """
    from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
    from openpyxl.xml.functions import iterparse  # The one of defusedxml.

    class Parser(WorkSheetParser):
        """Also tells when nothing was stored beside a formula; an empty text is something."""

        def parse_cell(self, element: Any) -> dict[str, Any]:  # noqa: ANN401 - an XML element
            cell = super().parse_cell(element)
            stored = element.find(VALUE_TAG)
            is_text = element.get("t") == "str" and stored is not None
            if cell["value"] is None and element.find(FORMULA_TAG) is not None and not is_text:
                cell["data_type"] = "f"
            return cell

    book = sheet.parent
    with sheet._get_source() as source:
        parser = Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for _, element in iterparse(source):
            if element.tag == ROW_TAG:
                yield parser.parse_row(element)
                element.clear()
            elif element.tag == DATA_TAG:
                return


def _as_told(sheet: Any, cell: dict[str, Any]) -> tuple[str, str]:  # noqa: ANN401 - a private type of openpyxl
    """Return the kind and the text of a cell."""
    value = cell["value"]
    if cell["data_type"] == "f":
        return "formula", ""
    if value is None:
        return "text", ""
    if cell["data_type"] == "e":
        return "error", str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "text", as_number(value, is_percentage=_is_percentage(sheet, cell))
    return "text", as_text(value)


def as_text(value: object) -> str:
    """Return what a Dutch colleague would have typed. The time of day is no part of a date."""
    from openpyxl.utils.escape import unescape

    if isinstance(value, bool):
        return "waar" if value else "onwaar"
    if isinstance(value, datetime | date):
        return f"{value.day}-{value.month}-{value.year:04}"
    return str(unescape(str(value)))


def as_number(value: float, *, is_percentage: bool) -> str:
    """Return `3` for 3.0, `0,5`, and `90%` for 0.9 in a cell that shows percentages."""
    if not abs(value) < _LARGEST_NUMBER:
        return str(value)
    number = Decimal(repr(value)) * (100 if is_percentage else 1)
    plain = f"{number.quantize(_SMALLEST_PART).normalize():f}".replace(".", ",")
    return f"{plain}%" if is_percentage else plain


def _is_percentage(sheet: Any, cell: dict[str, Any]) -> bool:  # noqa: ANN401 - a private type of openpyxl
    from openpyxl.cell.read_only import ReadOnlyCell

    shown_as = ReadOnlyCell(sheet, cell["row"], cell["column"], None, "n", cell["style_id"]).number_format
    return "%" in _LITERALS.sub("", shown_as)


if __name__ == "__main__":
    main()

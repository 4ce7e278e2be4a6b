"""The Excel form of a request: cells that may be filled in, lists to choose from, and a sheet with the explanation."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped] # ships without types

from ipa_core.domain.moments import day_of
from ipa_core.domain.updates import Effect, Rating, RootCause, Status
from ipa_core.render.dutch import WORDS, long_date, plain_date, word
from ipa_core.reports.workbooks import MARK_SHEET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from enum import StrEnum

    from xlsxwriter.format import Format  # type: ignore[import-untyped] # it has no types
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped] # it has no types

    from ipa_core.reports.workbooks import FormRow, RequestForm

_A4 = 9
_FROZEN_COLUMNS = 2
_EXPLANATION_WIDTH = 72
_YES_NO = ("ja", "nee")
_FIRST_DAY, _LAST_DAY = "DATE(2000,1,1)", "DATE(2099,12,31)"
# Another person may take the grey cells off the lock: that is no secret, and the mark tells what was changed.
_PROTECTION = {"format_columns": True, "format_rows": True}
_LINE_HEIGHT = 15
_FEWEST_LINES = 2  # Room to write an answer.


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the form: its heading, its width in characters, how its cells look, and what may be chosen."""

    heading: str
    width: int
    look: str = "text"
    choices: tuple[str, ...] = ()


def _choices(of: type[StrEnum]) -> tuple[str, ...]:
    return tuple(WORDS[of].values())


COLUMNS = (
    Column("aanbeveling", 13, "locked"),
    Column("titel", 28, "locked"),
    Column("ongewijzigd", 12, choices=_YES_NO),
    Column("stand", 14, choices=_choices(Status)),
    Column("voortgang", 10, "percent"),
    Column("planning", 12, "date"),
    Column("reden", 20),
    Column("toelichting", 28),
    Column("bewijs", 18),
    Column("oorzaak", 11, choices=_choices(RootCause)),
    Column("hulpvraag", 16),
    Column("effect", 12, choices=_choices(Effect)),
    Column("oordeel", 13, choices=_choices(Rating)),
    Column("vorige toelichting", 28, "locked"),
    Column("uitvraag", 9, "locked"),
    Column("ministerie", 10, "locked"),
)

_LOOKS: dict[str, dict[str, Any]] = {
    "heading": {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"},
    "locked": {"bg_color": "#EDEDED", "font_color": "#444444"},
    "text": {"locked": False},
    "percent": {"locked": False, "num_format": "0%"},
    "date": {"locked": False, "num_format": "dd-mm-yyyy"},
}
_EVERY_CELL = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}


def render_workbook(form: RequestForm, key: str) -> bytes:
    """Return the form as an Excel file; the key seals what it carries out of sight.

    The same form and key give the same bytes.
    """
    content = BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": _title(form), "created": form.made_at.replace(tzinfo=None)})
        sheets = words()["sheets"]
        _write_explanation(book, book.add_worksheet(sheets["explanation"]), form)
        _write_answers(book, book.add_worksheet(sheets["answers"]), form)
        _write_mark(book.add_worksheet(MARK_SHEET), form, key)
    return content.getvalue()


@cache
def words() -> Mapping[str, Any]:
    """Return the Dutch words on the form."""
    return tomllib.loads(resources.files("ipa_core.templates").joinpath("nl/workbook.toml").read_text("utf-8"))


def _title(form: RequestForm) -> str:
    title: str = words()["explanation"]["title"]
    return title.format(programme=form.programme_name, round=form.round, organisation=form.organisation)


def _write_explanation(book: Workbook, sheet: Worksheet, form: RequestForm) -> None:
    told = words()["explanation"]
    plain = book.add_format({"text_wrap": True, "valign": "top", "font_size": 12})
    bold = book.add_format({"bold": True, "text_wrap": True, "font_size": 15, "valign": "top"})
    sheet.set_column(0, 0, _EXPLANATION_WIDTH)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 2 * _LINE_HEIGHT * _lines(_title(form), _EXPLANATION_WIDTH // 2))
    sheet.write_string(0, 0, _title(form), bold)
    places = {"due_on": long_date(form.due_on), "made_at": plain_date(day_of(form.made_at))}
    for row, line in enumerate(told["lines"], start=2):
        text = line.format(**places)
        sheet.set_row(row, _LINE_HEIGHT * (_lines(text, _EXPLANATION_WIDTH - 8) + 1))
        sheet.write_string(row, 0, text, plain)
    answers = words()["sheets"]["answers"]
    sheet.write_url(len(told["lines"]) + 3, 0, f"internal:'{answers}'!C2", string=told["link"])
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 1)
    sheet.protect("")


def _write_answers(book: Workbook, sheet: Worksheet, form: RequestForm) -> None:
    looks = {name: book.add_format({**_EVERY_CELL, **look}) for name, look in _LOOKS.items()}
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, looks["heading"])
        if form.rows:
            _restrict(sheet, place, column, len(form.rows))
    for number, row in enumerate(form.rows, start=1):
        values = _values(form, row)
        for place, column in enumerate(COLUMNS):
            _write(sheet, (number, place), values.get(column.heading), looks[column.look])
        lines = (_lines(str(values.get(column.heading) or ""), column.width) for column in COLUMNS)
        sheet.set_row(number, _LINE_HEIGHT * max(_FEWEST_LINES, *lines))
    _set_up(sheet, form)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes: LibreOffice does not find that out by itself when it opens the file."""
    return sum(len(wrap(line, width)) or 1 for line in text.splitlines())


def _values(form: RequestForm, row: FormRow) -> dict[str, str | float | date | None]:
    """Return what stands now, by heading; the rest is for the ministry to say."""
    return {
        "uitvraag": form.round,
        "ministerie": form.organisation,
        "aanbeveling": row.code,
        "titel": row.title,
        "stand": word(row.status),
        "voortgang": None if row.progress is None else row.progress / 100,
        "planning": row.planned_on,
        "oorzaak": _word(row.root_cause),
        "effect": _word(row.effect),
        "oordeel": _word(row.rating),
        "vorige toelichting": row.previous_note or None,
    }


def _word(choice: StrEnum | None) -> str | None:
    return None if choice is None else word(choice)


def _write(sheet: Worksheet, at: tuple[int, int], value: str | float | date | None, look: Format) -> None:
    if value is None:
        sheet.write_blank(*at, None, look)
    elif isinstance(value, str):
        sheet.write_string(*at, value, look)
    elif isinstance(value, float):
        sheet.write_number(*at, value, look)
    else:
        sheet.write_datetime(*at, value, look)


def _restrict(sheet: Worksheet, place: int, column: Column, rows: int) -> None:
    """Let a cell refuse, in Dutch, what we could not read; a prompt tells what is asked."""
    prompt = words()["prompts"].get(column.heading)
    if prompt is None:
        return
    told = {"input_title": column.heading, "input_message": prompt, "error_title": words()["errors"]["title"]}
    sheet.data_validation(1, place, rows, place, {**told, **_rule(column, place)})


def _rule(column: Column, place: int) -> dict[str, Any]:
    errors = words()["errors"]
    if column.choices:
        return {"validate": "list", "source": list(column.choices), "error_message": errors["choice"]}
    if column.look == "percent":
        between = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
        return {**between, "error_message": errors["progress"]}
    if column.look == "date":
        cell = f"{chr(ord('A') + place)}2"
        is_day = f"AND(ISNUMBER({cell}),{cell}>={_FIRST_DAY},{cell}<={_LAST_DAY})"
        formula = f'=OR(LOWER({cell})="vervallen",{is_day})'
        return {"validate": "custom", "value": formula, "error_message": errors["plan"]}
    return {"validate": "any"}


def _set_up(sheet: Worksheet, form: RequestForm) -> None:
    sheet.freeze_panes(1, _FROZEN_COLUMNS)
    sheet.protect("", _PROTECTION)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    told = f"{form.organisation}, uitvraag {form.round}".replace("&", "&&")
    sheet.set_footer(f"&L{told}&R&P / &N")


def _write_mark(sheet: Worksheet, form: RequestForm, key: str) -> None:
    for number, row in enumerate(form.mark.as_rows(key)):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text)
    sheet.protect("")
    sheet.very_hidden()

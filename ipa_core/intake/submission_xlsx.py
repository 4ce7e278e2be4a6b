"""What does a submission in Excel say: our own form, or a table of the ministry's own with our headings?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from ipa_core.intake.cells import Unreadable, as_written, cell_name
from ipa_core.intake.problems import Problem, problem
from ipa_core.intake.submission_csv import Table, field_of, is_filled
from ipa_core.intake.submissions import BrokenFileError, Line, ReadSubmission
from ipa_core.intake.workbook_guard import check_workbook
from ipa_core.intake.workbook_sheets import Sheet, open_sheets
from ipa_core.reports.workbooks import MARK_HEADINGS, MARK_SHEET, FormMark, read_mark

_HEADER_WITHIN = 50
"""Filled rows: above the headings there may be a title and some explanation."""

_FEWEST_HEADINGS = 2
_FILLED_IN = ("progress", "plan", "effect", "rating", "root_cause")

Values = list[str | Unreadable]


def read_xlsx(content: bytes, *, form_key: str | None) -> ReadSubmission:
    """Return what the workbook says; `row` of a line or problem is the row of the sheet.

    Raises BrokenFileError when it is no workbook that may be opened, when the form was tampered with, or when the
    structure of the table is wrong.
    """
    check_workbook(content)
    sheets = open_sheets(content)
    mark = _find_mark(sheets, form_key)
    header, rows = _split(_choose([sheet for sheet in sheets if sheet.name != MARK_SHEET]))
    if mark is not None:
        rows = ((number, _with_own_code(mark, header[1], number, values)) for number, values in rows)
    read = Table(header, stray_code="cell_without_heading").read(rows)
    return read if mark is None else _as_answer(mark, read)


def _find_mark(sheets: Sequence[Sheet], form_key: str | None) -> FormMark | None:
    """Return the mark of our own form; None when the workbook is no form of ours at all."""
    found = next((sheet for sheet in sheets if sheet.name == MARK_SHEET), None)
    if found is None:
        return None
    rows = [[as_written(cell) for cell in _as_values(cells)] for cells in found.rows.values()]
    mark = None if form_key is None else read_mark(rows, form_key)
    if mark is None:
        raise BrokenFileError(problem("form_seal_wrong"))
    return mark


def _choose(sheets: Sequence[Sheet]) -> Sheet:
    """Return the sheet with our headings, else the first that holds something; what one can see goes first."""
    filled = sorted((sheet for sheet in sheets if sheet.rows or sheet.far), key=lambda sheet: sheet.is_hidden)
    if not filled:
        raise BrokenFileError(problem("file_empty"))
    fitting = [sheet for sheet in filled if _header_row(sheet) is not None]
    fitting = [sheet for sheet in fitting if sheet.is_hidden == fitting[0].is_hidden]
    if len(fitting) > 1:
        names = ", ".join(sheet.name for sheet in fitting)
        raise BrokenFileError(problem("workbook_sheets_double", value=names))
    chosen = (fitting or filled)[0]
    if chosen.far:
        raise BrokenFileError(problem("workbook_cell_far", value=chosen.far))
    return chosen


def _header_row(sheet: Sheet) -> int | None:
    for number, cells in islice(sheet.rows.items(), _HEADER_WITHIN):
        fields = {field_of(as_written(cell)) for cell in cells.values()} - {None}
        if "dossier" in fields and len(fields) >= _FEWEST_HEADINGS:
            return number
    return None


def _split(sheet: Sheet) -> tuple[tuple[int, list[str]], Iterator[tuple[int, Values]]]:
    """Return the header, and the rows below it that hold something."""
    top = _header_row(sheet) or next(iter(sheet.rows))
    header = [as_written(cell) for cell in _as_values(sheet.rows[top])]
    below = ((number, _as_values(cells)) for number, cells in sheet.rows.items() if number > top)
    return (top, header), ((number, values) for number, values in below if any(map(is_filled, values)))


def _as_values(cells: Mapping[int, str | Unreadable]) -> Values:
    """Return the cells of a row side by side, from the first column."""
    return [cells.get(column, "") for column in range(1, max(cells, default=0) + 1)]


def _with_own_code(mark: FormMark, header: Sequence[str], number: int, values: Values) -> Values:
    """Return the row, without its code when that is not the code that the form has beside this title."""
    fields = [field_of(heading) for heading in header]
    said = {field: as_written(value) for field, value in zip(fields, values, strict=False)}
    titles = {code.casefold(): title for code, title, *_ in mark.filled_in}
    code = said.get("dossier", "").strip()
    title = titles.get(code.casefold())
    is_own = title is not None and said.get("title", title).split() == title.split()
    if is_own or not code:
        return values
    place = fields.index("dossier")
    changed = Unreadable(code="form_row_changed", shown=code, cell=cell_name(number, place + 1))
    return [*values[:place], changed, *values[place + 1 :]]


def _as_answer(mark: FormMark, read: ReadSubmission) -> ReadSubmission:
    """Return what a form says: for whom it was made, and only what was filled in by somebody else than us."""
    wrong = [
        _made_for(column, made_for=made_for, value=said)
        for column, made_for, said in (
            ("programma", mark.programme, read.programme),
            ("uitvraag", mark.round, read.round),
            ("ministerie", mark.organisation, read.organisation),
        )
        if said and said.casefold() != made_for.casefold()
    ]
    if wrong:
        raise BrokenFileError(*wrong, *(read.problems if read.is_returned else ()))
    before = _filled_in(mark)
    lines = tuple(_without_filled_in(line, before.get(line.dossier.casefold())) for line in read.lines)
    return replace(read, programme=mark.programme, round=mark.round, organisation=mark.organisation, lines=lines)


def _made_for(column: str, *, made_for: str, value: str) -> Problem:
    return problem("form_made_for_other", column=column, value=value, made_for=made_for)


def _filled_in(mark: FormMark) -> dict[str, Line]:
    filled_in = Table((1, list(MARK_HEADINGS))).read(enumerate(mark.filled_in, start=2))
    return {line.dossier.casefold(): line for line in filled_in.lines}


def _without_filled_in(line: Line, before: Line | None) -> Line:
    """Take away what we filled in ourselves: since then it may have changed, and nobody said it again.

    A line on which status, progress and date were left as they were says that these are unchanged.
    """
    if before is None:  # What stood there is nothing that a table can say, such as a date long ago.
        return line
    untouched = {name: None for name in _FILLED_IN if getattr(line, name) == getattr(before, name)}
    said: Line = replace(line, **untouched)  # type: ignore[arg-type] # each of these may be None
    if said.status not in (None, before.status):
        return said
    is_unchanged = said.is_unchanged or (said.progress is None and said.plan is None)
    return replace(said, status=None, is_unchanged=is_unchanged)

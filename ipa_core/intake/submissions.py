"""What did one organisation send us? Bytes become lines, or every problem at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TypeVar

from ipa_core.domain.updates import Effect, Plan, Rating, RootCause, Status
from ipa_core.intake.cells import (
    RefusedError,
    Unreadable,
    Words,
    as_written,
    read_code,
    read_progress,
    read_text,
    read_word,
)
from ipa_core.intake.problems import Problem, problem

MAX_BYTES = 10 * 1024 * 1024
MAX_LINES = 50_000
_JSON_KINDS = (".json",)
_CSV_KINDS = (".csv", ".tsv", ".txt")
_WORKBOOK_KINDS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".xltx")
# What Excel, new and old, and what PDF, zip and pictures begin with, whatever the name of the file says.
_WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHER_MARKS = (b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line about one dossier, in order. `row` is where it begins in the file; `None` means: not said.

    `columns` gives the heading of each field as written, for whoever finds something wrong with the line later.
    """

    row: int
    dossier: str
    status: Status | None
    progress: int | None
    plan: Plan | None
    reason: str
    note: str
    evidence: tuple[str, ...]
    root_cause: RootCause | None
    help_wanted: str
    effect: Effect | None
    rating: Rating | None
    is_unchanged: bool
    columns: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSubmission:
    """What was read, and what goes back to the sender.

    `programme`, `round`, `organisation` and `submitted_by` are empty when the file does not say them. `line_count`
    counts the lines of the file, right or wrong: `lines` holds the right ones, and each other row has a problem.
    Of a broken file nothing counts; its problems say why. One that `is_returned` can be read, but has a heading or key
    that we do not know: its lines are only there to be checked.
    """

    programme: str = ""
    round: str = ""
    organisation: str = ""
    submitted_by: str = ""
    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()
    line_count: int = 0
    is_broken: bool = False
    is_returned: bool = False


class BrokenFileError(Exception):
    """Nothing in this file can be trusted: its structure is wrong."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(problem.code for problem in problems))
        self.problems = problems


def read_submission(name: str, content: bytes, *, form_key: str | None = None) -> ReadSubmission:
    """Read a JSON, CSV or Excel file; input that is wrong never raises, its problems are in the answer.

    `name` only tells the kind of file; without a known ending the content decides. `form_key` is what our own forms
    were sealed with; without it they are all refused.
    """
    try:
        return _reader_for(name, content, form_key)(content)
    except BrokenFileError as broken:
        return ReadSubmission(problems=broken.problems, is_broken=True)


def too_large() -> Problem:
    """Return why a file of more than MAX_BYTES goes back."""
    return problem("file_too_large", limit=MAX_BYTES // 1024**2)


def _reader_for(name: str, content: bytes, form_key: str | None) -> Callable[[bytes], ReadSubmission]:
    from ipa_core.intake.submission_csv import read_csv  # noqa: PLC0415 - it builds on the types above
    from ipa_core.intake.submission_json import read_json  # noqa: PLC0415 - the same
    from ipa_core.intake.submission_xlsx import read_xlsx  # noqa: PLC0415 - the same

    if len(content) > MAX_BYTES:
        raise BrokenFileError(too_large())
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise BrokenFileError(problem("file_empty"))
    kind = PurePosixPath(name.strip()).suffix.lower()
    if content.startswith(_WORKBOOK_MARKS) or kind in _WORKBOOK_KINDS:
        return partial(read_xlsx, form_key=form_key)
    if content.startswith(_OTHER_MARKS) or kind not in ("", *_JSON_KINDS, *_CSV_KINDS):
        raise BrokenFileError(problem("file_kind_unknown", value=name))
    looks_like_json = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
    return read_json if kind in _JSON_KINDS or (kind == "" and looks_like_json) else read_csv


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one kind of file writes the values that are not the same everywhere."""

    statuses: Words[Status]
    effects: Words[Effect]
    ratings: Words[Rating]
    root_causes: Words[RootCause]
    read_plan: Callable[[object], Plan]
    read_evidence: Callable[[object], tuple[str, ...]]
    read_flag: Callable[[object], bool]


class Row:
    """One line as written, with its problems. `values` holds by field what was said, `columns` the headings."""

    def __init__(self, row: int, columns: Mapping[str, str], values: Mapping[str, object]) -> None:
        self.row = row
        self.problems: list[Problem] = []
        self.refused: set[str] = set()
        self._columns = columns
        self._values = values

    def read(self, field: str, reader: Callable[[object], T], *, default: T) -> T:
        """Return the value of the field, or the default when it was not said or is refused."""
        if field not in self._values:
            return default
        value = self._values[field]
        if isinstance(value, Unreadable):
            self.refuse(value.code, field, cell=value.cell)
            return default
        try:
            return reader(value)
        except RefusedError as refused:
            self.refuse(refused.code, field, **refused.details)
            return default

    def refuse(self, code: str, field: str, **details: str) -> None:
        """Add a problem with the value of a field."""
        self.refused.add(field)
        self.refuse_column(code, self._columns[field], self._values.get(field, ""), **details)

    def refuse_column(self, code: str, column: str, value: object, **details: str) -> None:
        """Add a problem in a column that need not belong to a field."""
        self.problems.append(problem(code, row=self.row, column=column, value=as_written(value).strip(), **details))

    @property
    def headings(self) -> Mapping[str, str]:
        """The headings as written, by field."""
        return self._columns


class Lines:
    """The lines of one file so far: the right ones, and the problems of the others."""

    def __init__(self, dialect: Dialect) -> None:
        self.right: list[Line] = []
        self.problems: list[Problem] = []
        self.count = 0
        self._dialect = dialect
        self._first_rows: dict[str, int] = {}

    def add(self, row: Row) -> None:
        """Read a line, and keep it when nothing is wrong with it."""
        line = _line_of(row, self._dialect)
        _check_required(row, line)
        self._check_once(row, line)
        self._count(row)
        if not row.problems:
            self.right.append(line)

    def add_wrong(self, row: Row) -> None:
        """Keep the problems of a line that is not worth reading further."""
        self._count(row)

    def close(self) -> None:
        """Refuse a file without any line; nobody sends that on purpose."""
        if self.count == 0:
            raise BrokenFileError(problem("lines_missing"))

    def _count(self, row: Row) -> None:
        self.count += 1
        if self.count > MAX_LINES:
            raise BrokenFileError(problem("too_many_lines", limit=MAX_LINES))
        self.problems += row.problems

    def _check_once(self, row: Row, line: Line) -> None:
        """Of two lines about one dossier we cannot know which one is meant; the first stands."""
        first = self._first_rows.setdefault(line.dossier.casefold(), row.row)
        if line.dossier and first != row.row:
            row.refuse("dossier_double", "dossier", first=str(first))


def _line_of(row: Row, dialect: Dialect) -> Line:
    return Line(
        row=row.row,
        dossier=row.read("dossier", read_code, default=""),
        status=row.read("status", partial(read_word, words=dialect.statuses), default=None),
        progress=row.read("progress", read_progress, default=None),
        plan=row.read("plan", dialect.read_plan, default=None),
        reason=row.read("reason", read_text, default=""),
        note=row.read("note", read_text, default=""),
        evidence=row.read("evidence", dialect.read_evidence, default=()),
        root_cause=row.read("root_cause", partial(read_word, words=dialect.root_causes), default=None),
        help_wanted=row.read("help_wanted", read_text, default=""),
        effect=row.read("effect", partial(read_word, words=dialect.effects), default=None),
        rating=row.read("rating", partial(read_word, words=dialect.ratings), default=None),
        is_unchanged=row.read("is_unchanged", dialect.read_flag, default=False),
        columns=row.headings,
    )


def _check_required(row: Row, line: Line) -> None:
    if not line.dossier and "dossier" not in row.refused:
        row.refuse("dossier_missing", "dossier")
    if line.status is None and not line.is_unchanged and row.refused.isdisjoint(("status", "is_unchanged")):
        row.refuse("status_missing", "status")

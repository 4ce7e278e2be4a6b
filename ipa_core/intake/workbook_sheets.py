"""Which cells does a workbook hold? A child process with limits opens it; here we only read what that tells."""

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from ipa_core.intake.cells import Unreadable, cell_name
from ipa_core.intake.problems import problem
from ipa_core.intake.submissions import BrokenFileError
from ipa_core.intake.workbook_child import TOO_HEAVY

log = logging.getLogger(__name__)

WALL_SECONDS = 20
CHILD = Path(__file__).with_name("workbook_child.py")
HEAVY_ENDS = frozenset({TOO_HEAVY, -signal.SIGXCPU, -signal.SIGKILL})
_KINDS = {"error": "cell_error", "formula": "cell_formula"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The filled cells of one sheet, by row number and then by column from 1.

    `far` names a filled cell beyond the rows and columns that we read; the rows end there.
    """

    name: str
    is_hidden: bool
    rows: Mapping[int, Mapping[int, str | Unreadable]]
    far: str


def open_sheets(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook that passed the guard.

    Raises BrokenFileError when the child could not read it, or asked too much time or memory.
    """
    document = _run_child(content)
    try:
        return [_as_sheet(told) for told in json.loads(document.decode("utf-8", "surrogatepass"))["sheets"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        log.warning("the reader of workbooks told something else")
        raise BrokenFileError(problem("workbook_unreadable")) from None


def _run_child(content: bytes) -> bytes:
    """Start it without our environment: a workbook that takes it over finds no password and no database there."""
    with TemporaryFile() as told:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter with our own file
                [sys.executable, "-I", str(CHILD)],
                input=content,
                stdout=told,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise BrokenFileError(problem("workbook_too_heavy")) from None
        if done.returncode != 0:
            log.info("the reader of workbooks ended with %s", done.returncode)
            is_heavy = done.returncode in HEAVY_ENDS
            raise BrokenFileError(problem("workbook_too_heavy" if is_heavy else "workbook_unreadable"))
        told.seek(0)
        return told.read()


def _as_sheet(told: dict[str, object]) -> Sheet:
    match told:
        case {"name": str(name), "is_hidden": bool(is_hidden), "rows": list(rows), "far": str(far)}:
            by_number = {
                int(number): {int(column): _as_cell(number, column, kind, text) for column, kind, text in cells}
                for number, cells in rows
            }
            return Sheet(name=name, is_hidden=is_hidden, rows=by_number, far=far)
        case _:
            raise ValueError(told)


def _as_cell(row: int, column: int, kind: str, text: str) -> str | Unreadable:
    if kind == "text":
        return str(text)
    return Unreadable(code=_KINDS[kind], shown=str(text), cell=cell_name(row, column))

"""On which days is the programme closed, and which periods explain a standstill?"""

from dataclasses import dataclass
from pathlib import Path

from ipa_core.domain.programmes import ClosedDay, ContextKind, ContextPeriod
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.toml_tables import TomlTable, read_toml

CALENDAR_FILE = "calendar.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarToml:
    """What the file says, in the order in which it says it."""

    closed_days: tuple[ClosedDay, ...] = ()
    context: tuple[ContextPeriod, ...] = ()


def read_calendar_toml(path: Path, problems: ProblemList) -> CalendarToml:
    """Read the file; one that is absent says nothing."""
    if not path.exists():
        return CalendarToml()
    top = read_toml(path, CALENDAR_FILE, problems)
    found = read_calendar(top)
    top.refuse_the_rest()
    return found


def read_calendar(top: TomlTable) -> CalendarToml:
    """Read the tables `[[closed_day]]`, `[[recess]]` and `[[caretaker]]`."""
    return CalendarToml(
        closed_days=tuple(_read_closed_day(table) for table in top.tables("closed_day")),
        context=tuple(_read_period(kind, table) for kind in ContextKind for table in top.tables(kind)),
    )


def _read_closed_day(table: TomlTable) -> ClosedDay:
    found = ClosedDay(
        on=table.day("on"),
        name=table.text("name", is_required=True),
        source=table.text("source"),
        is_verified=table.flag("verified", default=True),
    )
    table.refuse_the_rest()
    return found


def _read_period(kind: ContextKind, table: TomlTable) -> ContextPeriod:
    found = ContextPeriod(
        kind=kind,
        first=table.day("from"),
        last=table.day("to"),
        name=table.text("name", is_required=True),
        source=table.text("source"),
        note=table.text("note"),
    )
    # A first day that is missing or wrong has its own problem already.
    if found.last < found.first and table.values.get("from") == found.first:
        table.refuse("dates_reversed", "to", start=found.first)
    table.refuse_the_rest()
    return found

"""Which knelpunten does the public story tell of? The truth that a replay is scored against."""

from pathlib import Path

from ipa_core.domain.scores import KnownKnelpunt
from ipa_core.domain.updates import Confidence
from ipa_core.intake.csv_rows import TableLayout, read_table
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.table_rows import Row


def read_known_knelpunten(path: Path) -> tuple[KnownKnelpunt, ...]:
    """Read the file, in its order. A line without a confidence counts as one of medium confidence.

    Raises:
        InputRefused: with every problem in it, in the order of its lines.

    """
    problems = ProblemList()
    table = read_table(path, _layout(path), problems)
    found = tuple(_read_known_knelpunt(row) for row in table.whole_rows)
    problems.raise_any()
    return found


def _layout(path: Path) -> TableLayout:
    return TableLayout(
        file=path.name,
        columns=("recommendation", "from", "to", "kind", "confidence"),
        optional_columns=("note", "source"),
        is_required=True,
    )


def _read_known_knelpunt(row: Row) -> KnownKnelpunt:
    first, last = row.term("from", "to")
    return KnownKnelpunt(
        dossier=row.required("recommendation"),
        first=first,
        last=last,
        kind=row.required("kind"),
        confidence=row.word("confidence", Confidence) or Confidence.MEDIUM,
        note=row.text("note"),
        source=row.text("source"),
    )

"""What is monitored, and which dates were planned at the start?"""

from collections.abc import Iterator
from datetime import date

from ipa_core.domain.moments import start_of_day
from ipa_core.domain.recommendations import Adoption, DossierKind, Milestone, Recommendation, Recurrence
from ipa_core.domain.updates import Confidence
from ipa_core.intake.csv_rows import Table, TableLayout
from ipa_core.intake.known_codes import KnownCodes
from ipa_core.intake.table_rows import Row

RECOMMENDATIONS = TableLayout(
    file="recommendations.csv",
    columns=(
        *("code", "kind", "parent", "theme", "title", "description", "lead", "co_leads", "actors", "instrument"),
        *("adopted_on", "depends_on", "recurs", "official_code", "source", "confidence", "provenance"),
    ),
    optional_columns=("planned_on", "priority", "advised_on", "adoption"),
    is_required=True,
)
MILESTONES = TableLayout(file="milestones.csv", columns=("code", "recommendation", "title", "planned_on"))

_WITH_PRIORITY = frozenset({"1", "ja", "yes", "true", "x", "hoog", "high"})
_WITHOUT_PRIORITY = frozenset({"", "0", "nee", "no", "false", "laag", "low", "normaal", "normal"})


def read_recommendation(row: Row, known: KnownCodes, *, adopted_on: date) -> Recommendation:
    """Read one line of recommendations.csv; `adopted_on` is the day of the programme, for a line without its own."""
    lead, co_leads = row.required("lead"), row.texts("co_leads")
    known.check_organisations(row, "lead", (lead,))
    known.check_organisations(row, "co_leads", co_leads)
    parent, depends_on = row.text("parent"), row.texts("depends_on")
    known.check_dossiers(row, "parent", (parent,))
    known.check_dossiers(row, "depends_on", depends_on)
    adopted_on = row.day("adopted_on") or adopted_on
    return Recommendation(
        code=row.code(),
        kind=row.required_word("kind", DossierKind),
        theme=row.text("theme"),
        title=row.required("title"),
        lead=lead,
        adopted_on=adopted_on,
        recorded_at=start_of_day(adopted_on),
        parent=parent,
        description=row.text("description"),
        co_leads=co_leads,
        actors=row.texts("actors"),
        instrument=row.text("instrument"),
        depends_on=depends_on,
        recurs=row.word("recurs", Recurrence),
        official_code=row.text("official_code"),
        source=row.text("source"),
        confidence=row.word("confidence", Confidence) or "",
        provenance=row.text("provenance"),
        has_priority=_read_priority(row),
        advised_on=row.day("advised_on"),
        adoption=row.word("adoption", Adoption) or Adoption.ADOPTED,
    )


def read_initial_plans(table: Table) -> Iterator[tuple[str, date]]:
    """Yield the code and the planned date of each line of recommendations.csv that has one."""
    for row in table.whole_rows:
        planned_on = row.day("planned_on")
        if planned_on is not None:
            yield row.text("code"), planned_on


def read_milestone(row: Row, known: KnownCodes) -> Milestone:
    """Read one line of milestones.csv."""
    dossier = row.required("recommendation")
    known.check_dossiers(row, "recommendation", (dossier,))
    return Milestone(code=row.code(), dossier=dossier, title=row.required("title"), planned_on=row.day("planned_on"))


def _read_priority(row: Row) -> bool:
    word = row.text("priority").casefold()
    if word in _WITH_PRIORITY:
        return True
    if word not in _WITHOUT_PRIORITY:
        row.refuse("priority_unknown", "priority")
    return False

"""Which organisations, dossiers and milestones does this programme know, and do all lines point to one of them?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ipa_core.intake.circles import find_circles
from ipa_core.intake.csv_rows import Table
from ipa_core.intake.table_rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCodes:
    """The codes that lines may name. None: part of a file could not be read, so nobody can tell what is unknown.

    `milestones` gives the dossier of each. No line is kept, as a history is read long after them.
    """

    organisations: Collection[str] | None
    dossiers: Collection[str] | None
    milestones: Mapping[str, str] | None

    def check_organisations(self, row: Row, column: str, codes: Iterable[str]) -> None:
        """Add a problem for each code that is no organisation."""
        _check(row, column, codes, self.organisations, "organisation_unlisted")

    def check_dossiers(self, row: Row, column: str, codes: Iterable[str]) -> None:
        """Add a problem for each code that is no recommendation or measure."""
        _check(row, column, codes, self.dossiers, "dossier_unlisted")

    def check_subject(self, row: Row, column: str, code: str) -> None:
        """Add a problem when the code is neither a dossier nor a milestone."""
        if self.milestones is not None and code not in self.milestones:
            _check(row, column, (code,), self.dossiers, "subject_unlisted")


def gather_codes(organisations: Table, recommendations: Table, milestones: Table) -> KnownCodes:
    """Gather the codes; adds a problem for each code that is given twice, or once more in other capitals.

    Milestones share their codes with the dossiers, because a line of history may name either.
    """
    by_organisation, by_dossier, by_milestone = _by_code(organisations), _by_code(recommendations), _by_code(milestones)
    for code, row in by_milestone.items():
        if code in by_dossier:
            _refuse_double(row, by_dossier[code])
    _refuse_other_capitals(by_organisation.values())
    _refuse_other_capitals((*by_dossier.values(), *by_milestone.values()))
    dossiers_of_milestones = {code: row.text("recommendation") for code, row in by_milestone.items()}
    return KnownCodes(
        organisations=frozenset(by_organisation) if organisations.is_whole else None,
        dossiers=frozenset(by_dossier) if recommendations.is_whole else None,
        milestones=dossiers_of_milestones if milestones.is_whole else None,
    )


def refuse_circles(table: Table, column: str, problem: str) -> None:
    """Add a problem for each circle that the codes in the column make, at its first line."""
    known: dict[str, Row] = {}
    for row in table.rows if table.is_whole else ():
        known.setdefault(row.text("code"), row)
    steps: dict[str, Sequence[str]] = {code: row.texts(column) for code, row in known.items()}
    for circle in find_circles(steps):
        closed = " → ".join((*circle, circle[0]))
        known[circle[0]].refuse(problem, column, value=circle[1 % len(circle)], circle=closed)


def _by_code(table: Table) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in table.rows:
        code = row.text("code")
        if code in found:
            _refuse_double(row, found[code])
        elif code:
            found[code] = row
    return found


def _refuse_double(row: Row, other: Row) -> None:
    row.refuse("code_double", "code", other_file=other.file, other_row=other.number)


def _refuse_other_capitals(rows: Iterable[Row]) -> None:
    """Submissions ignore capitals, so an answer about one of the two might be taken for one about the other."""
    first: dict[str, Row] = {}
    for row in rows:
        code = row.text("code")
        before = first.setdefault(code.casefold(), row)
        other = before.text("code")
        if other != code:
            row.refuse("code_in_other_capitals", "code", other=other, other_file=before.file, other_row=before.number)


def _check(row: Row, column: str, codes: Iterable[str], known: Collection[str] | None, problem: str) -> None:
    if known is None:
        return
    for code in codes:
        if code and code not in known:
            row.refuse(problem, column, value=code)

"""What does the folder of a programme say? All of it, or every problem at once."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ipa_core.domain.organisations import Contact, Organisation, Responsibility
from ipa_core.domain.programmes import ClosedDay, ContextPeriod, PolicyOverride, Programme
from ipa_core.domain.recommendations import Milestone, Recommendation
from ipa_core.domain.updates import StatusUpdate
from ipa_core.intake.calendar_toml import CALENDAR_FILE, read_calendar_toml
from ipa_core.intake.csv_rows import TableReader, read_table
from ipa_core.intake.history_rows import HISTORY, READ_AS, read_history
from ipa_core.intake.known_codes import KnownCodes, gather_codes, refuse_circles
from ipa_core.intake.organisation_rows import (
    CONTACTS,
    ORGANISATIONS,
    RESPONSIBILITIES,
    read_contact,
    read_organisation,
    read_responsibility,
)
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.programme_toml import PROGRAMME_FILE, read_programme_toml
from ipa_core.intake.recommendation_rows import (
    MILESTONES,
    RECOMMENDATIONS,
    read_initial_plans,
    read_milestone,
    read_recommendation,
)

_LAYOUTS = (ORGANISATIONS, CONTACTS, RECOMMENDATIONS, RESPONSIBILITIES, MILESTONES)
_FILES = (PROGRAMME_FILE, *(layout.file for layout in _LAYOUTS), HISTORY.file, CALENDAR_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFolder:
    """Everything in the folder, in the order of its files.

    `initial_plans` gives the planned date that the register itself has for a dossier, `code_rows` for each file the
    line on which it gives a code to something. The history is read while it is iterated, as it may be long: see
    `PublicHistory`, which tells its fingerprint as well.
    """

    programme: Programme
    overrides: tuple[PolicyOverride, ...]
    closed_days: tuple[ClosedDay, ...]
    context: tuple[ContextPeriod, ...]
    organisations: tuple[Organisation, ...]
    contacts: tuple[Contact, ...]
    recommendations: tuple[Recommendation, ...]
    initial_plans: Mapping[str, date]
    responsibilities: tuple[Responsibility, ...]
    milestones: tuple[Milestone, ...]
    code_rows: Mapping[str, Mapping[str, int]]
    history: Iterable[StatusUpdate]
    history_fingerprint: Callable[[], str]


@dataclass(frozen=True, slots=True)
class PublicHistory:
    """The updates in history.csv, read line by line; their `seq` counts the lines from 1.

    Iterating raises InputRefused at the end when there is a problem in the file, and yields nothing after the first
    one: who wrote down what came before has to take it back.
    """

    path: Path
    known: KnownCodes

    def __iter__(self) -> Iterator[StatusUpdate]:
        problems = ProblemList()
        for update in self.read(problems):
            if not problems:
                yield update
        problems.raise_any()

    def read(self, problems: ProblemList) -> Iterator[StatusUpdate]:
        """Yield also the lines with a problem, as far as they can be understood."""
        rows = (row for row in TableReader(self.path, HISTORY, problems) if row.is_whole)
        for seq, row in enumerate(rows, start=1):
            yield read_history(row, self.known, seq=seq)

    def fingerprint(self) -> str:
        """Return what stays the same for as long as reading it would; "" when nobody can tell.

        That takes the bytes, the codes that lines may name, and the way in which lines are read.
        """
        organisations, dossiers, milestones = self.known.organisations, self.known.dossiers, self.known.milestones
        if organisations is None or dossiers is None or milestones is None:
            return ""
        codes = (sorted(organisations), sorted(dossiers), sorted(milestones.items()))
        columns = (*HISTORY.columns, *HISTORY.optional_columns, *StatusUpdate._fields)
        found = hashlib.sha256(repr((READ_AS, columns, codes)).encode())
        try:
            if self.path.exists():
                with self.path.open("rb") as file:
                    found.update(hashlib.file_digest(file, "sha256").digest())
        except OSError:
            return ""
        return found.hexdigest()


def read_programme(folder: Path) -> ProgrammeFolder:
    """Read the folder.

    Raises:
        InputRefused: with every problem in it, in the order of the files and of their lines. When only the history has
            any, iterating it raises them.

    """
    problems = ProblemList()
    if not folder.is_dir():
        problems.add("folder_missing", value=folder)
        problems.raise_any()
    about = read_programme_toml(folder / PROGRAMME_FILE, problems)
    calendar = read_calendar_toml(folder / CALENDAR_FILE, problems)
    tables = {layout: read_table(folder / layout.file, layout, problems) for layout in _LAYOUTS}
    known = gather_codes(tables[ORGANISATIONS], tables[RECOMMENDATIONS], tables[MILESTONES])
    refuse_circles(tables[ORGANISATIONS], "successors", "successor_circle")
    refuse_circles(tables[RECOMMENDATIONS], "parent", "parent_circle")
    refuse_circles(tables[RECOMMENDATIONS], "depends_on", "dependency_circle")
    adopted_on = about.programme.adopted_on
    history = PublicHistory(folder / HISTORY.file, known)
    found = ProgrammeFolder(
        programme=about.programme,
        overrides=about.overrides,
        closed_days=calendar.closed_days,
        context=calendar.context,
        organisations=tuple(read_organisation(row, known) for row in tables[ORGANISATIONS].whole_rows),
        contacts=tuple(read_contact(row, known) for row in tables[CONTACTS].whole_rows),
        recommendations=tuple(
            read_recommendation(row, known, adopted_on=adopted_on) for row in tables[RECOMMENDATIONS].whole_rows
        ),
        initial_plans=dict(read_initial_plans(tables[RECOMMENDATIONS])),
        responsibilities=tuple(read_responsibility(row, known) for row in tables[RESPONSIBILITIES].whole_rows),
        milestones=tuple(read_milestone(row, known) for row in tables[MILESTONES].whole_rows),
        code_rows={
            layout.file: {row.text("code"): row.number for row in tables[layout].whole_rows}
            for layout in (ORGANISATIONS, RECOMMENDATIONS, MILESTONES)
        },
        history=history,
        history_fingerprint=history.fingerprint,
    )
    if problems:
        for _ in history.read(problems):
            pass
        problems.raise_any(_FILES)
    return found

"""What does the folder of a programme say? All of it, or every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ipa_core.domain.organisations import Contact, Organisation, Responsibility
from ipa_core.domain.programmes import ClosedDay, ContextPeriod, PolicyOverride, Programme
from ipa_core.domain.recommendations import Milestone, Recommendation
from ipa_core.domain.updates import StatusUpdate
from ipa_core.intake.calendar_toml import CALENDAR_FILE, read_calendar_toml
from ipa_core.intake.csv_rows import read_table
from ipa_core.intake.history_rows import HISTORY, read_history
from ipa_core.intake.known_codes import gather_codes, refuse_circles
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

_LAYOUTS = (ORGANISATIONS, CONTACTS, RECOMMENDATIONS, RESPONSIBILITIES, MILESTONES, HISTORY)
_FILES = (PROGRAMME_FILE, *(layout.file for layout in _LAYOUTS), CALENDAR_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFolder:
    """Everything in the folder, in the order of its files.

    `initial_plans` gives the planned date that the register itself has for a dossier, `milestone_rows` the line of the
    file on which a milestone stands. The `seq` of the history counts its lines from 1.
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
    milestone_rows: Mapping[str, int]
    history: tuple[StatusUpdate, ...]


def read_programme(folder: Path) -> ProgrammeFolder:
    """Read the folder.

    Raises:
        InputRefused: with every problem in it, in the order of the files and of their lines.

    """
    problems = ProblemList()
    if not folder.is_dir():
        problems.add("folder_missing", value=folder)
        problems.raise_any()
    about = read_programme_toml(folder / PROGRAMME_FILE, problems)
    calendar = read_calendar_toml(folder / CALENDAR_FILE, problems)
    tables = {layout: read_table(folder / layout.file, layout, problems) for layout in _LAYOUTS}
    known = gather_codes(tables[ORGANISATIONS], tables[RECOMMENDATIONS], tables[MILESTONES])
    refuse_circles(known.organisations, "successors", "successor_circle")
    refuse_circles(known.dossiers, "parent", "parent_circle")
    refuse_circles(known.dossiers, "depends_on", "dependency_circle")
    adopted_on = about.programme.adopted_on
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
        milestone_rows={row.text("code"): row.number for row in tables[MILESTONES].whole_rows},
        history=tuple(read_history(row, known, seq=seq) for seq, row in enumerate(tables[HISTORY].whole_rows, start=1)),
    )
    problems.raise_any(_FILES)
    return found

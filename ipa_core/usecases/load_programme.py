"""Load or update a programme folder: the register, its people, its calendar and its public history."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ipa_core.domain.moments import LONG_AGO, day_of, start_of_day
from ipa_core.domain.programmes import OwnPolicy
from ipa_core.domain.updates import Origin, Plan, StatusUpdate
from ipa_core.errors import InputRefused
from ipa_core.intake.organisation_rows import ORGANISATIONS
from ipa_core.intake.problems import Problem, problem
from ipa_core.intake.recommendation_rows import MILESTONES, RECOMMENDATIONS
from ipa_core.rules import ALL_CODES
from ipa_core.rules.policies import changed_rules
from ipa_core.store import audit, organisations, programmes, recommendations, updates
from ipa_core.store.bulk import collecting_rarely, values_of
from ipa_core.store.versions import Appended
from ipa_core.usecases.change_policy import append_policy, hold_anew, refresh_incomplete_requests
from ipa_core.usecases.follow_causes import follow_causes
from ipa_core.usecases.follow_signals import refresh_open_signals
from ipa_core.usecases.follow_themes import follow_themes
from ipa_core.usecases.progress import Progress, unseen
from ipa_core.usecases.refresh_expectations import (
    refresh_comparables,
    refresh_dossiers,
    refresh_organisations,
    refresh_patterns,
)
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.domain.organisations import Contact, Organisation
    from ipa_core.errors import RefusedInput
    from ipa_core.intake.programme_folder import ProgrammeFolder
    from ipa_core.store.programmes import ProgrammeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSummary:
    """How many rows were new, changed and unchanged, over all files."""

    programme: str
    new: int
    changed: int
    unchanged: int


@collecting_rarely()
def load_programme(
    session: Session, folder: ProgrammeFolder, *, at: datetime, progress: Progress = unseen
) -> LoadSummary:
    """Append what is new or changed, and hold the expectations that follow from it.

    At the first load history counts as known from its own days; afterwards nothing counts before this moment.
    Loading the same folder again changes nothing.
    """
    code = folder.programme.code
    is_first = programmes.append_new(session, folder.programme, at=at)
    row = programmes.lock(session, code, at=at)
    if problems := _collisions(session, folder):
        raise InputRefused([*problems, *_history_problems(folder)])
    if not is_first:
        # The periods that are over went by the rhythm that stood.
        refresh_comparables(ProgrammeView(session, code, at=at))
    appended = [Appended(new=1) if is_first else _change_programme(session, row, folder)]
    since = None if is_first else at
    own = OwnPolicy(overrides=folder.overrides, closed_days=folder.closed_days, context=folder.context)
    before = None if is_first else ProgrammeView(session, code, at=at).policies
    policy = append_policy(session, code, own, since=since)
    register = _append_register(session, folder, is_first=is_first, at=at)
    facts = [
        # The first planned date was said at adoption: history of that same day comes after it.
        _append_initial_plans(session, folder, is_first=is_first, at=at),
        _append_history(session, row, folder, is_first=is_first, at=at),
    ]
    milestones = _append_milestones(session, folder, is_first=is_first, at=at)
    people = _append_people(session, folder, is_first=is_first, at=at)
    summary = _summarise(code, [*appended, policy, register, *facts, milestones, *people])
    if summary.new or summary.changed:
        view = ProgrammeView(session, code, at=at)
        if before is None:
            hold_anew(view, ALL_CODES, since=None, progress=progress)
        else:
            _hold_touched(view, register, [*facts, milestones], people, progress)
            hold_anew(view, changed_rules(before, view.policies, at), since=at, progress=progress)
        programmes.note_write(session, row, at=at)
        audit.append(
            session,
            programme=code,
            at=at,
            actor="engine",
            action="load",
            subject=f"programme:{code}",
            details={"new": summary.new, "changed": summary.changed, "unchanged": summary.unchanged},
        )
    return summary


def _hold_touched(
    view: ProgrammeView,
    register: Appended,
    facts: Sequence[Appended],
    people: Sequence[Appended],
    progress: Progress,
) -> None:
    touched = register.dossiers.union(*(fact.dossiers for fact in facts))
    if touched:
        refresh_dossiers(view, touched, since=view.at, progress=progress)
        refresh_open_signals(view, touched)
    if any(part.new or part.changed for part in (register, *people)):
        refresh_organisations(view, since=view.at)
        refresh_incomplete_requests(view)
        refresh_patterns(view)
        follow_causes(view, since=view.at)
        follow_themes(view, since=view.at)


def _collisions(session: Session, folder: ProgrammeFolder) -> list[Problem]:
    """Return where a code of the folder cannot be reconciled with the codes that are in the register already."""
    code = folder.programme.code
    stored = recommendations.list_milestones(session, code)
    milestones = {milestone.code: milestone.dossier for versions in stored.values() for milestone in versions}
    organisation_codes = set(organisations.list_codes(session, code))
    subject_codes = {*recommendations.list_codes(session, code), *milestones}
    return [
        *_known_in_other_capitals(folder, ORGANISATIONS.file, organisation_codes),
        *_known_in_other_capitals(folder, RECOMMENDATIONS.file, subject_codes),
        *_known_in_other_capitals(folder, MILESTONES.file, subject_codes),
        *_moved_milestones(folder, milestones),
    ]


def _known_in_other_capitals(folder: ProgrammeFolder, file: str, known: Collection[str]) -> Iterator[Problem]:
    """Refuse a new code: submissions ignore capitals, and what is in the register stays there beside it."""
    spellings = {code.casefold(): code for code in known}
    for code, row in folder.code_rows.get(file, {}).items():
        other = spellings.get(code.casefold())
        if other is not None and code not in known:
            yield problem("code_known_in_other_capitals", file=file, row=row, column="code", value=code, other=other)


def _moved_milestones(folder: ProgrammeFolder, known: Mapping[str, str]) -> list[Problem]:
    """Refuse another dossier: what was said about the milestone, and to whom, stays with the first."""
    return [
        problem(
            "milestone_moved",
            file=MILESTONES.file,
            row=folder.code_rows[MILESTONES.file][milestone.code],
            column="recommendation",
            value=milestone.dossier,
            milestone=milestone.code,
            dossier=known[milestone.code],
        )
        for milestone in folder.milestones
        if known.get(milestone.code, milestone.dossier) != milestone.dossier
    ]


def _history_problems(folder: ProgrammeFolder) -> Sequence[RefusedInput]:
    """Read the history only for what is wrong in it, so that whoever has to mend the folder hears all at once."""
    try:
        deque(folder.history, maxlen=0)
    except InputRefused as refused:
        return refused.problems
    return ()


def _change_programme(session: Session, row: ProgrammeRow, folder: ProgrammeFolder) -> Appended:
    if programmes.as_programme(row) == folder.programme:
        return Appended(unchanged=1)
    programmes.change(session, row, folder.programme)
    return Appended(changed=1)


def _append_register(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> Appended:
    rows = (
        values_of(one, recorded_at=one.recorded_at if is_first else max(one.recorded_at, at))
        for one in folder.recommendations
    )
    recommendations.note_dependencies(session, folder.programme.code, folder.recommendations)
    return recommendations.append_versions(session, folder.programme.code, rows)


def _append_people(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> list[Appended]:
    code = folder.programme.code

    def rows(terms: Iterable[Organisation | Contact]) -> Iterator[dict[str, Any]]:
        for term in terms:
            yield values_of(term, recorded_at=_from_day(term.valid_from, is_first=is_first, at=at))

    known_at = LONG_AGO if is_first else at
    responsibilities = (values_of(one, recorded_at=known_at) for one in folder.responsibilities)
    return [
        organisations.append_organisations(session, code, rows(folder.organisations)),
        organisations.append_contacts(session, code, rows(folder.contacts)),
        organisations.append_responsibilities(session, code, responsibilities),
    ]


def _append_milestones(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> Appended:
    known_at = LONG_AGO if is_first else at
    rows = (values_of(one, recorded_at=known_at) for one in folder.milestones)
    return recommendations.append_milestones(session, folder.programme.code, rows)


def _append_history(
    session: Session, row: ProgrammeRow, folder: ProgrammeFolder, *, is_first: bool, at: datetime
) -> Appended:
    """Append history; a row that says something else than before corrects it. The same history is not read again."""
    fingerprint = folder.history_fingerprint()
    if fingerprint and fingerprint == row.history_fingerprint:
        return Appended(unchanged=row.history_lines)
    facts = (fact if is_first else fact._replace(recorded_at=max(fact.recorded_at, at)) for fact in folder.history)
    appended = updates.append_history(session, folder.programme.code, facts)
    # Who wrote in the file while it was read is read again.
    is_same = folder.history_fingerprint() == fingerprint
    programmes.note_history(session, row, fingerprint=fingerprint if is_same else "", lines=appended.lines)
    return appended


def _append_initial_plans(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> Appended:
    """Append the planned dates of the register itself: the first from adoption, a later one from its load."""
    code = folder.programme.code
    stored = {} if is_first else updates.list_register_plans(session, code)
    facts, unchanged = [], 0
    for recommendation in folder.recommendations:
        planned_on, said_on = folder.initial_plans.get(recommendation.code), stored.get(recommendation.code)
        if planned_on is None:
            continue
        if planned_on == said_on:
            unchanged += 1
            continue
        facts.append(
            StatusUpdate(
                seq=0,
                dossier=recommendation.code,
                organisation=recommendation.lead,
                effective_on=day_of(at) if said_on is not None else recommendation.adopted_on,
                recorded_at=recommendation.recorded_at if is_first else max(recommendation.recorded_at, at),
                origin=Origin.REGISTER,
                plan=Plan(on=planned_on),
                source=recommendation.source,
            )
        )
    updates.append_facts(session, code, facts)
    return Appended(new=len(facts), unchanged=unchanged, dossiers=frozenset(fact.dossier for fact in facts))


def _from_day(on: date | None, *, is_first: bool, at: datetime) -> datetime:
    since = start_of_day(on) if on is not None else LONG_AGO
    return since if is_first else max(since, at)


def _summarise(code: str, appended: Iterable[Appended]) -> LoadSummary:
    parts = list(appended)
    return LoadSummary(
        programme=code,
        new=sum(part.new for part in parts),
        changed=sum(part.changed for part in parts),
        unchanged=sum(part.unchanged for part in parts),
    )

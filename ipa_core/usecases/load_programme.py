"""Load or update a programme folder: the register, its people, its calendar and its public history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ipa_core.domain.moments import LONG_AGO, day_of, start_of_day
from ipa_core.domain.programmes import OwnPolicy
from ipa_core.domain.updates import Origin, Plan, StatusUpdate
from ipa_core.errors import InputRefused
from ipa_core.intake.problems import Problem, problem
from ipa_core.intake.programme_toml import unknown_overrides
from ipa_core.intake.recommendation_rows import MILESTONES
from ipa_core.store import audit, organisations, programmes, recommendations, updates
from ipa_core.store.organisations import ContactRow, OrganisationRow, ResponsibilityRow
from ipa_core.store.recommendations import MilestoneRow
from ipa_core.store.versions import Appended, append_changed
from ipa_core.usecases.change_policy import append_policy, hold_everything, refresh_incomplete_requests
from ipa_core.usecases.follow_signals import refresh_open_signals
from ipa_core.usecases.refresh_expectations import refresh_comparables, refresh_dossiers, refresh_organisations
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.intake.programme_folder import ProgrammeFolder
    from ipa_core.store.programmes import ProgrammeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSummary:
    """How many rows were new, changed and unchanged, over all files."""

    programme: str
    new: int
    changed: int
    unchanged: int


def load_programme(session: Session, folder: ProgrammeFolder, *, at: datetime) -> LoadSummary:
    """Append what is new or changed, and hold the expectations that follow from it.

    At the first load history counts as known from its own days; afterwards nothing counts before this moment.
    Loading the same folder again changes nothing.
    """
    code = folder.programme.code
    is_first = programmes.append_new(session, folder.programme, at=at)
    row = programmes.lock(session, code, at=at)
    if problems := [*unknown_overrides(folder.overrides), *_moved_milestones(session, folder)]:
        raise InputRefused(problems)
    if not is_first:
        # The periods that are over went by the rhythm that stood.
        refresh_comparables(ProgrammeView(session, code, at=at))
    appended = [Appended(new=(row,)) if is_first else _change_programme(session, row, folder)]
    since = None if is_first else at
    own = OwnPolicy(overrides=folder.overrides, closed_days=folder.closed_days, context=folder.context)
    policy = append_policy(session, code, own, since=since)
    register = _append_register(session, folder, is_first=is_first, at=at)
    facts = [
        _append_history(session, folder, is_first=is_first, at=at),
        _append_initial_plans(session, folder, is_first=is_first, at=at),
    ]
    milestones = _append_milestones(session, folder, is_first=is_first, at=at)
    people = _append_people(session, folder, is_first=is_first, at=at)
    summary = _summarise(code, [*appended, policy, register, *facts, milestones, *people])
    if summary.new or summary.changed:
        view = ProgrammeView(session, code, at=at)
        if policy.new:
            hold_everything(view, since=since)
        else:
            _hold_touched(view, register, [*facts, milestones], people)
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
    view: ProgrammeView, register: Appended, facts: Sequence[Appended], people: Sequence[Appended]
) -> None:
    touched = {row.code for row in (*register.new, *register.changed)}
    touched |= {row.dossier for fact in facts for row in (*fact.new, *fact.changed)}
    if touched:
        refresh_dossiers(view, touched, since=view.at)
        refresh_open_signals(view, touched)
    if any(part.new or part.changed for part in (register, *people)):
        refresh_organisations(view, since=view.at)
        refresh_incomplete_requests(view)


def _moved_milestones(session: Session, folder: ProgrammeFolder) -> list[Problem]:
    """Refuse another dossier: what was said about the milestone, and to whom, stays with the first."""
    known = recommendations.list_milestones(session, folder.programme.code)
    dossiers = {milestone.code: milestone.dossier for versions in known.values() for milestone in versions}
    return [
        problem(
            "milestone_moved",
            file=MILESTONES.file,
            row=folder.milestone_rows[milestone.code],
            column="recommendation",
            value=milestone.dossier,
            milestone=milestone.code,
            dossier=dossiers[milestone.code],
        )
        for milestone in folder.milestones
        if dossiers.get(milestone.code, milestone.dossier) != milestone.dossier
    ]


def _change_programme(session: Session, row: ProgrammeRow, folder: ProgrammeFolder) -> Appended:
    if programmes.as_programme(row) == folder.programme:
        return Appended(unchanged=1)
    programmes.change(session, row, folder.programme)
    return Appended(changed=(row,))


def _append_register(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> Appended:
    code = folder.programme.code
    rows = [
        recommendations.as_row(code, replace(r, recorded_at=r.recorded_at if is_first else max(r.recorded_at, at)))
        for r in folder.recommendations
    ]
    appended = append_changed(session, rows, key=recommendations.RECOMMENDATION_KEY)
    recommendations.note_dependencies(session, code, folder.recommendations)
    return appended


def _append_people(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> list[Appended]:
    code = folder.programme.code

    def known_from(valid_from: date | None) -> datetime:
        return _from_day(valid_from, is_first=is_first, at=at)

    bodies = [
        OrganisationRow(
            programme=code,
            recorded_at=known_from(o.valid_from),
            code=o.code,
            name=o.name,
            kind=o.kind,
            valid_from=o.valid_from,
            valid_to=o.valid_to,
            successors=o.successors,
            source=o.source,
        )
        for o in folder.organisations
    ]
    contacts = [
        ContactRow(
            programme=code,
            recorded_at=known_from(c.valid_from),
            organisation=c.organisation,
            name=c.name,
            email=c.email,
            role=c.role,
            valid_from=c.valid_from,
            valid_to=c.valid_to,
            channel=c.channel,
        )
        for c in folder.contacts
    ]
    responsibilities = [
        ResponsibilityRow(
            programme=code,
            recorded_at=LONG_AGO if is_first else at,
            dossier=r.dossier,
            share=r.share,
            organisation=r.organisation,
            valid_from=r.valid_from,
            valid_to=r.valid_to,
        )
        for r in folder.responsibilities
    ]
    return [
        append_changed(session, bodies, key=organisations.ORGANISATION_KEY),
        append_changed(session, contacts, key=organisations.CONTACT_KEY),
        append_changed(session, responsibilities, key=organisations.RESPONSIBILITY_KEY),
    ]


def _append_milestones(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> Appended:
    code = folder.programme.code
    milestones = [
        MilestoneRow(
            programme=code,
            recorded_at=LONG_AGO if is_first else at,
            code=m.code,
            dossier=m.dossier,
            title=m.title,
            planned_on=m.planned_on,
        )
        for m in folder.milestones
    ]
    return append_changed(session, milestones, key=recommendations.MILESTONE_KEY)


def _append_history(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> Appended:
    """Append history; a row that says something else than before corrects it."""
    facts = [fact if is_first else replace(fact, recorded_at=max(fact.recorded_at, at)) for fact in folder.history]
    return _append_facts(session, folder.programme.code, facts)


def _append_initial_plans(session: Session, folder: ProgrammeFolder, *, is_first: bool, at: datetime) -> Appended:
    """Append the planned dates of the register itself: the first from adoption, a later one from its load."""
    code = folder.programme.code
    stored = {} if is_first else updates.list_updates(session, code, folder.initial_plans.keys())
    facts, unchanged = [], 0
    for recommendation in folder.recommendations:
        planned_on = folder.initial_plans.get(recommendation.code)
        said = [u.plan for u in stored.get(recommendation.code, ()) if u.origin is Origin.REGISTER]
        if planned_on is None:
            continue
        if said and said[-1] == Plan(on=planned_on):
            unchanged += 1
            continue
        recorded_at = recommendation.recorded_at if is_first else max(recommendation.recorded_at, at)
        facts.append(
            StatusUpdate(
                seq=0,
                dossier=recommendation.code,
                organisation=recommendation.lead,
                effective_on=day_of(at) if said else recommendation.adopted_on,
                recorded_at=recorded_at,
                origin=Origin.REGISTER,
                plan=Plan(on=planned_on),
                source=recommendation.source,
            )
        )
    rows = [updates.as_row(code, fact) for fact in facts]
    session.add_all(rows)
    session.flush()
    return Appended(new=tuple(rows), unchanged=unchanged)


def _append_facts(session: Session, code: str, facts: Sequence[StatusUpdate]) -> Appended:
    seen: Counter[tuple[object, ...]] = Counter()
    rows = []
    for fact in facts:
        key = (fact.dossier, fact.milestone, fact.organisation, fact.effective_on)
        rows.append(updates.as_row(code, fact, ordinal=seen[key]))
        seen[key] += 1
    return append_changed(session, rows, key=updates.HISTORY_KEY)


def _from_day(on: date | None, *, is_first: bool, at: datetime) -> datetime:
    since = start_of_day(on) if on is not None else LONG_AGO
    return since if is_first else max(since, at)


def _summarise(code: str, appended: Iterable[Appended]) -> LoadSummary:
    parts = list(appended)
    return LoadSummary(
        programme=code,
        new=sum(len(part.new) for part in parts),
        changed=sum(len(part.changed) for part in parts),
        unchanged=sum(part.unchanged for part in parts),
    )

"""Is a run of the schedule missing? Each run looks whether the one before it came; one that ends says so.

What is missed is expected from the instant on at which somebody finds it, so that the same run opens the signal, and
until the schedule has shown since then that it works. So the run that finds it does not take its own alarm back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import HeldExpectation
from ipa_core.domain.runs import MONITOR, AwaitedRun
from ipa_core.rules import RUN_RULES
from ipa_core.rules.applying import apply_rules
from ipa_core.store import audit, expectations, programmes, runs
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from ipa_core.domain.expectations import Expectation
    from ipa_core.domain.runs import ScheduledRun


def watch_runs(view: ProgrammeView) -> None:
    """Expect the run of the slot after the newest one, when it should have been complete by now."""
    newest = runs.newest(view.session, view.code, MONITOR)
    if newest is None:
        return
    awaited = AwaitedRun(kind=MONITOR, slot_at=newest.next_slot_at, found_at=view.at, last_at=newest.completed_at)
    missed = apply_rules(RUN_RULES, awaited, view.policy)
    if missed and _standing(view, awaited) is None:
        _hold(view, awaited, missed)


def complete_run(session: Session, programme: str, run: ScheduledRun) -> bool:
    """Append a run that is done, and tell whether it was not there yet; one that came too late is missed as well."""
    row = programmes.lock(session, programme, at=run.completed_at)
    view = ProgrammeView(session, programme, at=run.completed_at)
    before = runs.newest(session, programme, run.kind)
    if not runs.append(session, programme, run):
        return False
    awaited = AwaitedRun(
        kind=run.kind,
        slot_at=run.slot_at,
        found_at=run.completed_at,
        last_at=before.completed_at if before is not None else None,
    )
    missed, standing = apply_rules(RUN_RULES, awaited, view.policy), _standing(view, awaited)
    has_recovered = not missed and standing is not None and run.slot_at > standing.held_from
    if has_recovered or (missed and standing is None):
        _hold(view, awaited, missed)
    programmes.note_write(session, row, at=view.at, is_news=False)
    audit.append(
        session,
        programme=programme,
        at=view.at,
        actor="engine",
        action="run.complete",
        subject=awaited.subject.code,
        details={"slot_at": run.slot_at.isoformat()},
    )
    return True


def _standing(view: ProgrammeView, awaited: AwaitedRun) -> HeldExpectation | None:
    """Return what is still expected because of a run that was missed."""
    found = expectations.list_held(view.session, view.code, at=view.at, owners=[awaited.subject.code])
    return next((one.held for one in found), None)


def _hold(view: ProgrammeView, awaited: AwaitedRun, missed: Sequence[Expectation]) -> None:
    owner = awaited.subject.code
    rows = [HeldExpectation(expectation=one, held_from=view.at) for one in missed]
    expectations.replace_from(view.session, view.code, {owner: rows}, since={owner: view.at})

"""Apply the expectations that broke or closed, and update the signals: one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.signals import ChangeKind, Standing, transitions
from ipa_core.store import audit, expectations, programmes, signals
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.domain.expectations import Subject
    from ipa_core.domain.signals import Change
    from ipa_core.store.expectations import StoredExpectation


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalChange:
    """What this run did to one signal."""

    signal: str
    kind: ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSummary:
    """Everything that this run changed, in order of time."""

    changes: tuple[SignalChange, ...] = ()

    def of_kind(self, *kinds: ChangeKind) -> tuple[str, ...]:
        """Return the signals to which one of these happened, each once."""
        return tuple(dict.fromkeys(change.signal for change in self.changes if change.kind in kinds))


def detect_knelpunten(session: Session, programme: str, *, at: datetime) -> DetectionSummary:
    """Apply every break and closing up to the moment, in order of time; the order of runs makes no difference."""
    row = programmes.lock(session, programme, at=at)
    is_first_run = row.first_run_at is None
    due = expectations.list_due(session, programme, until=at)
    if not due and not is_first_run:
        return DetectionSummary()
    found = _changes(ProgrammeView(session, programme, at=at), due)
    ids = signals.append_changes(session, programme, found, applied_at=at, is_first_run=is_first_run)
    changes = tuple(
        SignalChange(signal=identity, kind=change.kind) for identity, (change, _) in zip(ids, found, strict=True)
    )
    expectations.mark_applied(session, due, until=at)
    row.first_run_at = row.first_run_at or at
    programmes.note_write(session, row, at=at)
    audit.append(
        session,
        programme=programme,
        at=at,
        actor="engine",
        action="detect",
        subject=f"programme:{programme}",
        details={kind.value: sum(change.kind is kind for change in changes) for kind in ChangeKind},
    )
    return DetectionSummary(changes=changes)


def _changes(view: ProgrammeView, due: Sequence[StoredExpectation]) -> list[tuple[Change, StoredExpectation]]:
    """Return what happens, in order of time, each with the row behind it."""
    groups: dict[tuple[str, Subject], list[StoredExpectation]] = defaultdict(list)
    for one in due:
        groups[one.held.expectation.rule, one.held.expectation.subject].append(one)
    standings = signals.list_standings(view.session, view.code, groups)
    found: list[tuple[Change, StoredExpectation]] = []
    for knelpunt, mine in groups.items():
        behind = {id(one.held): one for one in mine}
        rows, standing = [one.held for one in mine], standings.get(knelpunt, Standing())
        found += [
            (change, behind[id(change.row)])
            for change in transitions(rows, standing, until=view.at, calendar=view.calendar)
        ]
    return sorted(found, key=lambda item: (item[0].at, item[0].row.expectation.rule, item[1].id))

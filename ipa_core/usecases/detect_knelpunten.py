"""Apply the expectations that broke or closed, and update the signals: one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.signals import ChangeKind, transitions
from ipa_core.store import audit, expectations, programmes, signals
from ipa_core.usecases.refresh_expectations import refresh_comparables
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.domain.signals import Change
    from ipa_core.store.expectations import ExpectationRow


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
    refresh_comparables(ProgrammeView(session, programme, at=at))
    due = expectations.list_due(session, programme, until=at)
    if not due and not is_first_run:
        return DetectionSummary()
    changes = tuple(
        SignalChange(
            signal=signals.append_change(
                session, programme, owner, change, row_id, applied_at=at, is_first_run=is_first_run
            ),
            kind=change.kind,
        )
        for change, row_id, owner in _changes(ProgrammeView(session, programme, at=at), due)
    )
    for one in due:
        expectations.mark_applied(session, one, until=at)
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


def _changes(view: ProgrammeView, due: list[ExpectationRow]) -> list[tuple[Change, int, str]]:
    """Return what happens, in order of time, with the row behind it and the owner of that row."""
    groups: dict[tuple[str, str, str], list[tuple[HeldExpectation, ExpectationRow]]] = defaultdict(list)
    for row in due:
        groups[row.rule, row.subject_kind, row.subject_code].append((expectations.as_held(row), row))
    found: list[tuple[Change, int, str]] = []
    for (rule, _, _), pairs in groups.items():
        subject = pairs[0][0].expectation.subject
        standing = signals.get_standing(view.session, view.code, rule, subject)
        stored = {id(held): row for held, row in pairs}
        for change in transitions([held for held, _ in pairs], standing, until=view.at, calendar=view.calendar):
            row = stored[id(change.row)]
            found.append((change, row.id or 0, row.owner))
    return sorted(found, key=lambda item: (item[0].at, item[0].row.expectation.rule, item[1]))

"""Apply the expectations that broke or closed, and update the signals: one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ipa_core.domain.signals import ChangeKind, Standing, transitions
from ipa_core.rules import level_of
from ipa_core.store import audit, expectations, programmes, signals
from ipa_core.store.bulk import collecting_rarely
from ipa_core.usecases.follow_signals import dossier_of, follow_signals
from ipa_core.usecases.refresh_expectations import refresh_comparables
from ipa_core.usecases.views import ProgrammeView
from ipa_core.usecases.watch_runs import watch_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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


class Found(NamedTuple):
    """A change and the expectation behind it."""

    change: Change
    behind: StoredExpectation


@collecting_rarely()
def detect_knelpunten(session: Session, programme: str, *, at: datetime) -> DetectionSummary:
    """Apply every break and closing up to the moment, in order of time; the order of runs makes no difference."""
    row = programmes.lock(session, programme, at=at)
    is_first_run = row.first_run_at is None
    view = ProgrammeView(session, programme, at=at)
    refresh_comparables(view)
    watch_runs(view)
    changes: list[SignalChange] = []
    has_work = is_first_run
    # What happens to a signal changes what is expected of it, which may be broken by now as well.
    while due := _lowest(expectations.list_due(session, programme, until=at)):
        has_work = True
        found = _changes(view, due)
        changes += _append(view, found, is_first_run=is_first_run)
        expectations.mark_applied(session, due, until=at)
        follow_signals(view, _first_changes(found))
    if not has_work:
        return DetectionSummary()
    if is_first_run:
        expectations.know_sizes(session)
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
    return DetectionSummary(changes=tuple(changes))


def _lowest(due: Sequence[StoredExpectation]) -> list[StoredExpectation]:
    """Return the rows of the lowest level: those above it may be others once these are applied."""
    levels = [level_of(one.held.expectation.rule, one.held.expectation.subject.code) for one in due]
    lowest = min(levels, default=0)
    return [one for one, level in zip(due, levels, strict=True) if level == lowest]


def _append(view: ProgrammeView, found: Sequence[Found], *, is_first_run: bool) -> list[SignalChange]:
    owned = [(one.change, one.behind.id, dossier_of(one.behind.owner)) for one in found]
    ids = signals.append_changes(view.session, view.code, owned, applied_at=view.at, is_first_run=is_first_run)
    return [SignalChange(signal=signal, kind=one.change.kind) for signal, one in zip(ids, found, strict=True)]


def _first_changes(found: Iterable[Found]) -> dict[str, datetime]:
    """Return from when on the signals of each dossier are others than they were."""
    first: dict[str, datetime] = {}
    for one in found:
        first.setdefault(dossier_of(one.behind.owner), one.change.at)
    return first


def _changes(view: ProgrammeView, due: Iterable[StoredExpectation]) -> list[Found]:
    """Return what happens, in order of time."""
    groups: dict[tuple[str, Subject], list[StoredExpectation]] = defaultdict(list)
    for one in due:
        groups[one.held.expectation.rule, one.held.expectation.subject].append(one)
    standings = signals.list_standings(view.session, view.code, groups)
    found: list[Found] = []
    for knelpunt, mine in groups.items():
        behind = {id(one.held): one for one in mine}
        rows, standing = [one.held for one in mine], standings.get(knelpunt, Standing())
        changes = transitions(rows, standing, until=view.at, calendar=view.calendar)
        found += [Found(change, behind[id(change.row)]) for change in changes]
    return sorted(found, key=lambda one: (one.change.at, one.change.row.expectation.rule, one.behind.id))

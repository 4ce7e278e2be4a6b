"""Apply the expectations that broke or closed, and update the signals: one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ipa_core.domain.signals import ChangeKind, transitions
from ipa_core.rules import level_of
from ipa_core.store import audit, expectations, programmes, signals
from ipa_core.usecases.follow_signals import dossier_of, follow_signals
from ipa_core.usecases.refresh_expectations import refresh_comparables
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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


class Found(NamedTuple):
    """A change, the number of the expectation behind it, and the owner of that."""

    change: Change
    expectation: int
    owner: str


def detect_knelpunten(session: Session, programme: str, *, at: datetime) -> DetectionSummary:
    """Apply every break and closing up to the moment, in order of time; the order of runs makes no difference."""
    row = programmes.lock(session, programme, at=at)
    is_first_run = row.first_run_at is None
    view = ProgrammeView(session, programme, at=at)
    refresh_comparables(view)
    changes: list[SignalChange] = []
    has_work = is_first_run
    # What happens to a signal changes what is expected of it, which may be broken by now as well.
    while due := _lowest(expectations.list_due(session, programme, until=at)):
        has_work = True
        found = _changes(view, due)
        changes += [_append(view, one, is_first_run=is_first_run) for one in found]
        for one in due:
            expectations.mark_applied(session, one, until=at)
        follow_signals(view, _first_changes(found))
    if not has_work:
        return DetectionSummary()
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


def _lowest(due: Sequence[ExpectationRow]) -> list[ExpectationRow]:
    """Return the rows of the lowest level: those above it may be others once these are applied."""
    level = min((level_of(row.rule) for row in due), default=0)
    return [row for row in due if level_of(row.rule) == level]


def _append(view: ProgrammeView, found: Found, *, is_first_run: bool) -> SignalChange:
    signal = signals.append_change(
        view.session,
        view.code,
        dossier_of(found.owner),
        found.change,
        found.expectation,
        applied_at=view.at,
        is_first_run=is_first_run,
    )
    return SignalChange(signal=signal, kind=found.change.kind)


def _first_changes(found: Iterable[Found]) -> dict[str, datetime]:
    """Return from when on the signals of each dossier are others than they were."""
    first: dict[str, datetime] = {}
    for one in found:
        first.setdefault(dossier_of(one.owner), one.change.at)
    return first


def _changes(view: ProgrammeView, due: list[ExpectationRow]) -> list[Found]:
    """Return what happens, in order of time."""
    groups: dict[tuple[str, str, str], list[tuple[HeldExpectation, ExpectationRow]]] = defaultdict(list)
    for row in due:
        groups[row.rule, row.subject_kind, row.subject_code].append((expectations.as_held(row), row))
    found: list[Found] = []
    for (rule, _, _), pairs in groups.items():
        subject = pairs[0][0].expectation.subject
        standing = signals.get_standing(view.session, view.code, rule, subject)
        stored = {id(held): row for held, row in pairs}
        for change in transitions([held for held, _ in pairs], standing, until=view.at, calendar=view.calendar):
            row = stored[id(change.row)]
            found.append(Found(change, row.id or 0, row.owner))
    return sorted(found, key=lambda one: (one.change.at, one.change.row.expectation.rule, one.expectation))

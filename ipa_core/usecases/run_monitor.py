"""The main job: open the round that is due, collect, detect, promise and hand over, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ipa_core import faults
from ipa_core.domain.signals import ChangeKind
from ipa_core.reports.receipts import Outcome
from ipa_core.store import programmes
from ipa_core.usecases.detect_knelpunten import DetectionSummary, detect_knelpunten
from ipa_core.usecases.dispatch_outbox import DispatchSummary
from ipa_core.usecases.letterheads import Letterhead
from ipa_core.usecases.open_round import open_due_round
from ipa_core.usecases.promise_messages import promise_messages

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.reports.receipts import Receipt
    from ipa_core.usecases.open_round import OpenedRound


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRun:
    """What one run did for one programme."""

    programme: str
    opened_round: OpenedRound | None = None
    detection: DetectionSummary = field(default_factory=DetectionSummary)
    promised: int = 0
    dispatch: DispatchSummary = field(default_factory=DispatchSummary)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRun:
    """What one run did, over all programmes."""

    at: datetime
    receipts: tuple[Receipt, ...] = ()
    programmes: tuple[ProgrammeRun, ...] = ()
    loaded: str | None = None

    def as_json(self, *, open_signals: int) -> dict[str, Any]:
        """Return the document of `ipa run --json`; the caller counted how many signals stand open now."""
        outcomes = [receipt.outcome for receipt in self.receipts]
        opened = [(one.programme, one.opened_round) for one in self.programmes if one.opened_round is not None]
        return {
            "as_of": self.at.isoformat(),
            "loaded": self.loaded,
            "collected": {outcome.value: outcomes.count(outcome) for outcome in Outcome},
            "rounds": [
                {"programme": programme, "round": one.round.code, "requests": len(one.requests)}
                for programme, one in opened
            ],
            "signals": {
                "opened": self._count(ChangeKind.OPENED, ChangeKind.CAME_BACK),
                "raised": self._count(ChangeKind.RAISED),
                "resolved": self._count(ChangeKind.RESOLVED),
                "open": open_signals,
            },
            "sending_stopped": {
                one.programme: one.dispatch.stopped.value for one in self.programmes if one.dispatch.stopped is not None
            },
            "messages": {
                "queued": sum(one.promised for one in self.programmes),
                "handed_over": sum(one.dispatch.handed_over for one in self.programmes),
                "retrying": sum(one.dispatch.retrying for one in self.programmes),
                "dead": sum(one.dispatch.dead for one in self.programmes),
            },
        }

    def _count(self, *kinds: ChangeKind) -> int:
        return sum(len(one.detection.of_kind(*kinds)) for one in self.programmes)


def detect_and_promise(
    session: Session, programme: str, *, letterhead: Letterhead, at: datetime
) -> tuple[DetectionSummary, int]:
    """Update the signals and promise what follows from them: one transaction."""
    detection = detect_knelpunten(session, programme, at=at)
    faults.at("run.after_detecting")
    return detection, promise_messages(session, programme, letterhead=letterhead, at=at)


def rehearse_programme(
    session: Session, programme: str, *, letterhead: Letterhead, at: datetime, is_planned_anew: bool = False
) -> ProgrammeRun:
    """Do in one transaction what a run would do before it hands anything over; the caller takes it back.

    With `is_planned_anew` the notices are planned also while the plan stands that was made before.
    """
    if is_planned_anew:
        programmes.forget_plan(session, programmes.get_row(session, programme))
    opened = open_due_round(session, programme, at=at)
    detection, promised = detect_and_promise(session, programme, letterhead=letterhead, at=at)
    return ProgrammeRun(programme=programme, opened_round=opened, detection=detection, promised=promised)

"""Take in what a person decides: append it, and let dossier and signals react in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.updates import Origin, Status, StatusUpdate
from ipa_core.store import audit, decisions, programmes, updates
from ipa_core.usecases.check_act import check_act
from ipa_core.usecases.detect_knelpunten import detect_knelpunten
from ipa_core.usecases.follow_signals import follow_signals
from ipa_core.usecases.refresh_expectations import refresh_dossiers
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.domain.decisions import Decision
    from ipa_core.usecases.acts import Act

LEAVES_DOSSIER = frozenset(
    {
        DecisionKind.ACKNOWLEDGE,
        DecisionKind.SNOOZE,
        DecisionKind.PROPOSE,
        DecisionKind.REPLAN,
        DecisionKind.DONE,
    }
)
"""What changes nothing in what is expected of the dossier."""


def decide(session: Session, programme: str, act: Act, *, at: datetime) -> Decision:
    """Append the decision and return it.

    Signals are brought up to date at once, unless the programme never had a run: what the first run finds is told
    differently.

    Raises:
        InputRefused: the act is not complete, or not for this person to decide; with every problem.
        WriteInThePast: something was written after the moment.
    """
    row = programmes.lock(session, programme, at=at)
    decision = decisions.append(session, programme, check_act(ProgrammeView(session, programme, at=at), act))
    if decision.kind is DecisionKind.DROP:
        session.add(updates.as_row(programme, _as_update(decision)))
        session.flush()
    view = ProgrammeView(session, programme, at=at)
    if decision.kind not in LEAVES_DOSSIER:
        refresh_dossiers(view, {decision.dossier}, since=at)
    if row.first_run_at is not None:
        follow_signals(view, {decision.dossier: at})
        detect_knelpunten(session, programme, at=at)
    programmes.note_write(session, row, at=at)
    audit.append(
        session,
        programme=programme,
        at=at,
        actor=f"organisation:{decision.organisation}",
        action=f"decide.{decision.kind.value}",
        subject=f"signal:{decision.signal}" if decision.signal else f"dossier:{decision.dossier}",
        details={"decision": decision.seq},
    )
    return decision


def _as_update(decision: Decision) -> StatusUpdate:
    """Return what a dropping decision says about the dossier."""
    return StatusUpdate(
        seq=0,
        dossier=decision.dossier,
        organisation=decision.organisation,
        effective_on=decision.on,
        recorded_at=decision.at,
        origin=Origin.ANSWER,
        status=Status.DROPPED,
        reason=decision.reason,
        source=decision.where,
    )

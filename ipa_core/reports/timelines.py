"""Everything on one dossier as one timeline."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.dossiers import Dossier, Entry
    from ipa_core.domain.ladders import Rung
    from ipa_core.domain.organisations import Role
    from ipa_core.domain.signals import ChangeKind
    from ipa_core.reports.signal_cards import SignalCard
    from ipa_core.reports.trends import MilestoneTrend


class EventKind(StrEnum):
    """What kind of thing happened."""

    ADOPTED = "adopted"
    REPORT = "report"
    PLAN = "plan"
    SIGNAL = "signal"
    MESSAGE = "message"
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMessage:
    """A message about the dossier that went: to which role of which organisation, and on which rungs.

    The role is empty when the mailbox is in the register no more.
    """

    role: Role | None
    organisation: str
    rungs: tuple[Rung, ...]
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One thing that happened, with what it was; nothing more for the adoption."""

    at: datetime
    on: date
    kind: EventKind
    entry: Entry | None = None
    change: ChangeKind | None = None
    card: SignalCard | None = None
    message: ToldMessage | None = None
    decision: Decision | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierTimeline:
    """The dossier as it stands, who leads it, how its planned date moved, and what happened in order of time."""

    dossier: Dossier
    lead: str
    trend: MilestoneTrend
    events: tuple[TimelineEvent, ...]

"""Everything on one dossier as one timeline."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.dossiers import Dossier, Entry
    from ipa_core.domain.signals import ChangeKind
    from ipa_core.reports.message_lines import MessageLine
    from ipa_core.reports.signal_cards import SignalCard


class EventKind(StrEnum):
    """What kind of thing happened."""

    ADOPTED = "adopted"
    REPORT = "report"
    PLAN = "plan"
    SIGNAL = "signal"
    MESSAGE = "message"
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One thing that happened, with what it was; nothing more for the adoption."""

    at: datetime
    on: date
    kind: EventKind
    entry: Entry | None = None
    change: ChangeKind | None = None
    card: SignalCard | None = None
    message: MessageLine | None = None
    decision: Decision | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierTimeline:
    """The dossier as it stands, who leads it, and what happened in order of time."""

    dossier: Dossier
    lead: str
    events: tuple[TimelineEvent, ...]

"""The weekly digest of the aanjager and the projectleider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.domain.severities import Severity

if TYPE_CHECKING:
    from datetime import date

    from ipa_core.domain.organisations import Contact
    from ipa_core.domain.programmes import Programme
    from ipa_core.domain.rounds import Request
    from ipa_core.reports.bundles import SignalItem
    from ipa_core.reports.signal_cards import SignalCard, UpcomingCard


class AskedKind(StrEnum):
    """What is asked of the reader."""

    ACCEPT_EXPLANATION = "accept_explanation"
    REBASELINE = "rebaseline"
    CALL_MINISTRY = "call_ministry"
    CALL_ABOUT_SIGNAL = "call_about_signal"
    DISCUSS = "discuss"
    SOLVE_TOGETHER = "solve_together"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAsked:
    """One question to the reader, about a signal or about a request that nobody answers.

    `holder` is the ministry that holds the request now. `others` are the signals on the same dossier that it is about
    as well.
    """

    kind: AskedKind
    card: SignalCard | None = None
    request: Request | None = None
    holder: str = ""
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How the engine itself did: messages handed over and failed since the previous digest, and those that wait.

    `overtaken` counts what was left out since then because its day passed and something later went in its place;
    `missed` what should have gone by now, and neither went nor has a reason.
    """

    handed_over: int
    waiting: int
    failed: int
    overtaken: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What changed since the previous digest, and what comes. `waiting` counts signals folded under a root.

    `structural` are the signals that were repeated as often as the ladder wants, and that nobody took up.

    `grouped` are those that a signal on a group speaks for: they are counted, and not among the new or worse ones.
    `refused` are the signals about a completion that IPA did not take over: they ended, and nothing is solved.

    It `is_first` when its reader never had one. It tells what changed since that of `since_on`, which this reader or
    else somebody in the same role got; all that is known when nobody did.
    """

    programme: Programme
    contact: Contact
    period: str
    slot_on: date
    base_url: str
    open_by_severity: Mapping[Severity, int]
    new: tuple[SignalCard, ...] = ()
    worse: tuple[SignalCard, ...] = ()
    solved: tuple[SignalCard, ...] = ()
    refused: tuple[SignalItem, ...] = ()
    structural: tuple[SignalCard, ...] = ()
    upcoming: tuple[UpcomingCard, ...] = ()
    decisions: tuple[DecisionAsked, ...] = ()
    snoozed: tuple[SignalCard, ...] = ()
    waiting: int = 0
    grouped: int = 0
    is_first: bool = False
    since_on: date | None = None
    reliability: Reliability

    @property
    def is_empty(self) -> bool:
        """Nothing changed, nothing comes, nothing is asked and nothing stays unanswered."""
        told = (self.new, self.worse, self.solved, self.refused, self.structural, self.upcoming, self.decisions)
        return not any(told)

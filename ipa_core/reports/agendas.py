"""The draft of an agenda item for the stuurgroep. The monitor never sends it: a person releases it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from ipa_core.domain.programmes import Programme
    from ipa_core.reports.digests import DecisionAsked
    from ipa_core.reports.signal_cards import SignalCard


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPoint:
    """One thing that is asked of the stuurgroep; `before_on` is the day on which it was last put on the agenda.

    `source` is the open signal that a signal on a signal is about.
    """

    asked: DecisionAsked
    source: SignalCard | None = None
    before_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """What the stuurgroep should decide about, as it stood on a day."""

    programme: Programme
    drafted_on: date
    points: tuple[AgendaPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaText:
    """The text of an agenda item; `released_by` is empty while it is a draft."""

    programme: str
    on: date
    text: str
    points: int
    released_by: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the fields by their public names."""
        return {
            "programme": self.programme,
            "on": self.on.isoformat(),
            "points": self.points,
            "released_by": self.released_by or None,
            "text": self.text,
        }

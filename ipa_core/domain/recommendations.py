"""What is monitored: recommendations, the measures that carry them out, and their milestones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ipa_core.domain.moments import LONG_AGO

if TYPE_CHECKING:
    from datetime import date, datetime


class DossierKind(StrEnum):
    """A recommendation of the advice, or a measure that carries one out."""

    RECOMMENDATION = "recommendation"
    MEASURE = "measure"


class Adoption(StrEnum):
    """What the cabinet decided about the recommendation."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"
    UNDECIDED = "undecided"

    @property
    def is_taken_over(self) -> bool:
        """It was taken over, in whole or in part, so that something may be expected."""
        return self in _TAKEN_OVER


_TAKEN_OVER = frozenset({Adoption.ADOPTED, Adoption.PARTLY})


class Recurrence(StrEnum):
    """A duty that comes back."""

    YEARLY = "yearly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One row of the register, as known from `recorded_at` until the next version of it."""

    code: str
    kind: DossierKind
    theme: str
    title: str
    lead: str
    adopted_on: date
    recorded_at: datetime
    parent: str = ""
    description: str = ""
    co_leads: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    instrument: str = ""
    depends_on: tuple[str, ...] = ()
    recurs: Recurrence | None = None
    official_code: str = ""
    source: str = ""
    confidence: str = ""
    provenance: str = ""
    has_priority: bool = False
    advised_on: date | None = None
    adoption: Adoption = Adoption.ADOPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A dated step of a dossier, as the register knows it from `recorded_at` until the next version of it."""

    code: str
    dossier: str
    title: str
    planned_on: date | None = None
    recorded_at: datetime = LONG_AGO

"""What is a programme: its rhythm, its dated policy, and the periods shown as context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from ipa_core.domain.periods import Cadence

PolicyValue = int | float | str | bool | tuple[str, ...]


class PolicyKind(StrEnum):
    """What a dated override changes."""

    THRESHOLDS = "thresholds"
    LADDERS = "ladders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One register with its rounds; `opens_after`, `answer_within` and `grace` are working days."""

    code: str
    name: str
    timezone: str
    adopted_on: date
    cadence: Cadence
    opens_after: int
    answer_within: int
    grace: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOverride:
    """Other values for one rule or ladder, from a day, with the decision they rest on."""

    kind: PolicyKind
    code: str
    values: Mapping[str, PolicyValue]
    valid_from: date
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """A day on which the programme's organisations are closed, beside the legal holidays."""

    on: date
    name: str
    source: str = ""
    is_verified: bool = True


class ContextKind(StrEnum):
    """What explains a standstill without excusing it."""

    RECESS = "recess"
    CARETAKER = "caretaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextPeriod:
    """A recess or a caretaker cabinet, shown beside a signal; both days are inclusive."""

    kind: ContextKind
    first: date
    last: date
    name: str
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPolicy:
    """What a programme has of its own beside the engine's values and the legal holidays."""

    overrides: tuple[PolicyOverride, ...] = ()
    closed_days: tuple[ClosedDay, ...] = ()
    context: tuple[ContextPeriod, ...] = ()

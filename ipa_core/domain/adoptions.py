"""What did the cabinet decide about a recommendation: as the register says, or as was noted since?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.recommendations import Adoption, Recommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionStanding:
    """What was decided; `noted` is the decision that tells on which day it was adopted, unless the register does."""

    adoption: Adoption
    noted: Decision | None = None


def stand_adoption(versions: Sequence[Recommendation], decisions: Sequence[Decision]) -> AdoptionStanding:
    """Return what stands after these versions of the register row and these decisions, both oldest first.

    What was noted stands until the register says another adoption than it said before: another title says nothing
    about it. And what was adopted by a decision was adopted on its day, until the register says another day.
    """
    first, *later = _that_counted(versions)
    steps: list[tuple[datetime, Callable[[AdoptionStanding], AdoptionStanding]]] = [
        *((after.recorded_at, partial(_registered, before, after)) for before, after in pairwise((first, *later))),
        *((one.at, partial(_noted, one)) for one in decisions if one.at >= first.recorded_at),
    ]
    standing = AdoptionStanding(adoption=first.adoption)
    for _, step in sorted(steps, key=itemgetter(0)):
        standing = step(standing)
    return standing


def _registered(before: Recommendation, after: Recommendation, standing: AdoptionStanding) -> AdoptionStanding:
    """Take over what a version of the register row says that the one before it did not say."""
    if after.adoption is not before.adoption:
        noted = None if _is_new(after.adoption, standing) else standing.noted
        standing = AdoptionStanding(adoption=after.adoption, noted=noted)
    return replace(standing, noted=None) if after.adopted_on != before.adopted_on else standing


def _noted(decision: Decision, standing: AdoptionStanding) -> AdoptionStanding:
    if decision.adoption is None:
        return standing
    noted = decision if _is_new(decision.adoption, standing) else standing.noted
    return AdoptionStanding(adoption=decision.adoption, noted=noted)


def _is_new(adoption: Adoption, standing: AdoptionStanding) -> bool:
    return adoption.is_taken_over and not standing.adoption.is_taken_over


def _that_counted(versions: Sequence[Recommendation]) -> list[Recommendation]:
    """Leave out each version that a newer one replaced before its own day came."""
    kept: list[Recommendation] = []
    for version in reversed(versions):
        if not kept or version.recorded_at < kept[-1].recorded_at:
            kept.append(version)
    return kept[::-1]

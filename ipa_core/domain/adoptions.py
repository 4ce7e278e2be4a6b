"""What did the cabinet decide about a recommendation: as the register says, or as was noted since?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.recommendations import Adoption, Recommendation


def stand_adoption(versions: Sequence[Recommendation], decisions: Sequence[Decision]) -> Adoption:
    """Return what stands after these versions of the register row and these decisions, both oldest first.

    What was noted stands until the register says another adoption than it said before: another title says nothing
    about it.
    """
    counted = _that_counted(versions)
    said_at = counted[0].recorded_at
    for before, after in pairwise(counted):
        if after.adoption is not before.adoption:
            said_at = after.recorded_at
    noted = [one.adoption for one in decisions if one.adoption is not None and one.at >= said_at]
    return noted[-1] if noted else counted[-1].adoption


def _that_counted(versions: Sequence[Recommendation]) -> list[Recommendation]:
    """Leave out each version that a newer one replaced before its own day came."""
    kept: list[Recommendation] = []
    for version in reversed(versions):
        if not kept or version.recorded_at < kept[-1].recorded_at:
            kept.append(version)
    return kept[::-1]

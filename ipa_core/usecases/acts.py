"""What does somebody want to decide, as it was typed?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody wants to decide, as it was typed.

    `about` is the id of a signal, or the code of a dossier or a solution. `unread` is what was typed where a date
    belongs, by option.
    """

    kind: str
    about: str
    by: str
    reason: str
    until: date | None = None
    planned_on: date | None = None
    adoption: str = ""
    next_step: str = ""
    owner: str = ""
    root_cause: str = ""
    review_on: date | None = None
    unread: Mapping[str, str] = field(default_factory=dict)

"""Did each run of the schedule come, and in time?

Only a run that the schedule started counts. Who starts runs by hand promised nobody when the next one comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ipa_core.domain.expectations import Subject, SubjectKind

if TYPE_CHECKING:
    from datetime import datetime

MONITOR: Final = "monitor"
"""The kind of run that does the whole job; the others do a part of it in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledRun:
    """A run that is done: for which slot of the schedule, when it was complete, and which slot comes next."""

    kind: str
    slot_at: datetime
    completed_at: datetime
    next_slot_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedRun:
    """A slot of the schedule, as somebody finds it at `found_at`: the run is complete just then, or is not yet.

    `last_at` is when the last run before it was complete, if there was one.
    """

    kind: str
    slot_at: datetime
    found_at: datetime
    last_at: datetime | None = None

    @property
    def subject(self) -> Subject:
        """What signals on the runs of this kind are about."""
        return Subject(kind=SubjectKind.RUN, code=f"run:{self.kind}")

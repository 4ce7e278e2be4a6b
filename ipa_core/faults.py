"""Where may a test let the process die? Named points between two steps that do nothing unless the test asked.

The variable IPA_FAULT asks, for example `outbox.after_lease=kill@3`: at the third time that this point is passed, die
as by `kill -9`. The other ways are `freeze`, as by SIGSTOP, and `raise`.
"""

import os
import signal
from dataclasses import dataclass


class FaultError(Exception):
    """What a point with `raise` raises."""


@dataclass(slots=True)
class _Plan:
    point: str
    way: str
    left: int


_plan: _Plan | None = None


def at(point: str) -> None:
    """Pass a point: nothing happens, unless a test planned its fault here."""
    if _plan is not None and _plan.point == point:
        _strike(_plan)


def plan(text: str) -> None:
    """Plan one fault, `<point>=<way>@<time>`, the first time without `@`; an empty text plans none."""
    global _plan  # noqa: PLW0603 - one process has one plan
    point, _, rest = text.partition("=")
    way, _, time = rest.partition("@")
    _plan = _Plan(point, way, int(time or 1)) if text else None


def _strike(planned: _Plan) -> None:
    planned.left -= 1
    if planned.left:
        return
    if planned.way == "raise":
        raise FaultError(planned.point)
    os.kill(os.getpid(), {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP}[planned.way])


plan(os.environ.get("IPA_FAULT", ""))

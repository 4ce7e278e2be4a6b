"""Small mistakes in the product that made-up years must show: each one line, put into a copy of the package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
LADDERS, PAUSES, SIGNALS = "domain/ladders.py", "domain/pauses.py", "domain/signal_ladders.py"
DRAFTS, OUTBOX = "usecases/draft_bundles.py", "store/outbox.py"
DAYS = 450
"""Of a life; without a fault the lives below show nothing in that time."""

PAST_PATIENCE = 900
"""Seconds for one fault; it takes a tenth of that on a quiet machine."""

_LIVE = """
import json, logging, sys
logging.disable(logging.CRITICAL)
from ipa_core.simulation.audit import audit
from ipa_core.simulation.play import played
found = []
for seed in json.loads(sys.argv[1]):
    with played(seed, days=int(sys.argv[2])) as life:
        found = list(audit(life).differences)
    if found:
        break
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line as it is, and as it should not be; one of the lives with these seeds has to show it."""

    name: str
    file: str
    before: str
    after: str
    seeds: tuple[int, ...] = (2, 3, 5)


FAULTS = (
    Fault(
        "the second reminder comes late", LADDERS, "Rung.SECOND_REMINDER: ladder.h2", "Rung.SECOND_REMINDER: ladder.h3"
    ),
    Fault(
        "no first reminder",
        LADDERS,
        "if length < ladder.short_below:",
        "if length < 10 * ladder.short_below:",
        (1,),
    ),
    Fault("the oldest rung goes", LADDERS, "for rung in reversed(due) if", "for rung in due if"),
    Fault("no notice before the escalation", LADDERS, "{Rung.ESCALATION: Rung.LATE_WITH_NOTICE}", "{}"),
    Fault("no deputy when it is late", LADDERS, "Rung.LATE: (Role.MAIN, Role.DEPUTY),", "Rung.LATE: (Role.MAIN,),"),
    Fault(
        "the aanjager gets E1", LADDERS, "Rung.ESCALATION: (Role.PROJECT_LEAD,),", "Rung.ESCALATION: (Role.AANJAGER,),"
    ),
    Fault("no coordinator", LADDERS, "Rung.COORDINATOR: (Role.COORDINATOR,),", "Rung.COORDINATOR: (Role.DEPUTY,),"),
    Fault(
        "critical is for the projectleider only",
        LADDERS,
        "Rung.CRITICAL: (Role.PROJECT_LEAD, Role.AANJAGER),",
        "Rung.CRITICAL: (Role.PROJECT_LEAD,),",
    ),
    Fault("one repeat too many", SIGNALS, "count >= ladder.repeats", "count > ladder.repeats"),
    Fault(
        "repeats count from the first message",
        SIGNALS,
        "else max(one.on for one in life.told",
        "else min(one.on for one in life.told",
    ),
    Fault("as heavy is heavier", SIGNALS, "life.severity > said", "life.severity >= said"),
    Fault("a snooze goes on when it weighs more", PAUSES, "if woken_at is not None:", "if False:"),
    Fault("what changed does not count", PAUSES, "one.at < at and day_of(at) <= last", "False", (4,)),
    Fault("the distance counts from the opening", SIGNALS, "max(0, after - before_after)", "after"),
    Fault(
        "the end of a snooze a day late",
        SIGNALS,
        "calendar.add_working_days(last.last, 1)",
        "calendar.add_working_days(last.last, 2)",
    ),
    Fault(
        "who heard later rungs does not hear the end",
        "usecases/plan_solved.py",
        "TELLS = (BEGINS | RUNGS) - {Rung.AANJAGER}",
        "TELLS = BEGINS",
    ),
    Fault("two bundles on a day", DRAFTS, "while (draft.recipient, draft.slot_on) in taken:", "while False:"),
    Fault(
        "what was tried in vain is frozen",
        OUTBOX,
        "in_((MessageState.QUEUED, MessageState.RETRYING))",
        "in_((MessageState.QUEUED,))",
    ),
    Fault(
        "what was put off is frozen",
        "usecases/record_attempt.py",
        "    elif not message.is_doubtful:",
        "    elif handover.outcome is Outcome.RETRY:",
    ),
    Fault(
        "only what is heavy is told",
        "usecases/plan_notices.py",
        "if openings or signal.severity >= Severity.MEDIUM:",
        "if openings or signal.severity >= Severity.HIGH:",
    ),
    Fault(
        "the plan stands for ever",
        "store/programmes.py",
        "return row.news == row.planned_news and",
        "return row.news >= 0 and",
    ),
    Fault(
        "a copy is not marked",
        "usecases/dispatch_outbox.py",
        "message.is_doubtful or message.intent_at is not None",
        "message.is_doubtful",
    ),
    Fault("nobody stands in", "usecases/find_audience.py", "if role is Role.MAIN and not contacts:", "if False:"),
    Fault(
        "what comes back is told at once",
        "usecases/pace_returns.py",
        "return view.calendar.add_working_days(on, view.policy.signal_ladder.repeat_every)",
        "return on",
    ),
    Fault("an answer does not end the ladder", "domain/rounds.py", "if settled is None or settled > at:", "if True:"),
)


def differences_with(fault: Fault | None, parent: Path, *, seeds: Sequence[int], days: int = DAYS) -> list[str]:
    """Return what the first life shows that is not right, with the fault in a copy of the package."""
    shutil.copytree(ROOT / "ipa_core", parent / "ipa_core", ignore=shutil.ignore_patterns("__pycache__"))
    if fault is not None:
        file = parent / "ipa_core" / fault.file
        file.write_text(file.read_text("utf-8").replace(fault.before, fault.after), "utf-8")
    command = [sys.executable, "-c", _LIVE, json.dumps(list(seeds)), str(days)]
    environment = {**os.environ, "PYTHONPATH": str(parent)}
    done = subprocess.run(
        command, cwd=parent, env=environment, capture_output=True, text=True, timeout=PAST_PATIENCE, check=False
    )
    if done.returncode:
        return [done.stderr.strip().splitlines()[-1]]
    found: list[str] = json.loads(done.stdout)
    return found

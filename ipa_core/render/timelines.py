"""The words for one event on the timeline of a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.signals import ChangeKind
from ipa_core.render.decisions import describe_decision
from ipa_core.render.dutch import plain_date, with_capital, word
from ipa_core.render.signals import describe
from ipa_core.reports.timelines import EventKind

if TYPE_CHECKING:
    from ipa_core.domain.dossiers import Entry
    from ipa_core.reports.timelines import TimelineEvent, ToldMessage


def describe_event(event: TimelineEvent) -> str:
    """Return one line about the event."""
    if event.entry is not None:
        return _report(event.entry)
    if event.card is not None and event.change is not None:
        words, signal = describe(event.card), event.card.signal
        head = f"Signaal {signal.rule} {words.title}: {word(event.change)}"
        # What it says of the knelpunt, and how heavy it weighs, is over once it is solved.
        if event.change is ChangeKind.RESOLVED:
            return f"{head}."
        return f"{head} ({word(signal.severity)}). {words.sentence}"
    if event.decision is not None:
        return f"Besluit: {describe_decision(event.decision)}"
    if event.message is not None:
        return _message(event.message)
    return "Overgenomen door het kabinet." if event.kind is EventKind.ADOPTED else ""


def _message(told: ToldMessage) -> str:
    """Tell to which role it went, not to whom."""
    reader = f"{word(told.role)} {told.organisation}" if told.role is not None else told.organisation
    return f"Bericht aan {reader} ({', '.join(word(rung) for rung in told.rungs)}): {told.subject}"


def _report(entry: Entry) -> str:
    update = entry.update
    said = [
        f"mijlpaal {update.milestone}" if update.milestone else "",
        f"stand {word(update.status)}" if update.status is not None else "",
        f"voortgang {update.progress}%" if update.progress is not None else "",
        _plan(entry),
        "ongewijzigd" if update.is_unchanged else "",
        f"reden: {update.reason}" if update.reason else "",
    ]
    text = ", ".join(part for part in said if part) or "geen wijziging"
    note = f". {update.note}" if update.note else "."
    return f"{update.organisation}: {with_capital(text)}{note}"


def _plan(entry: Entry) -> str:
    if entry.update.plan is None:
        return ""
    if entry.update.plan.on is None:
        return "planning vervallen" if entry.has_vanished else ""
    moved = f" (was {plain_date(entry.moved_from)})" if entry.moved_from is not None else ""
    return f"planning {plain_date(entry.update.plan.on)}{moved}"

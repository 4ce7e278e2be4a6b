"""The JSON document of `ipa whatif`."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from ipa_core.cli.shapes import iso, steps_shape, subject_shape
from ipa_core.reports.policy_trials import DifferenceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ipa_core.reports.policy_trials import Difference, MessageOutlook, PolicyTrial, SignalOutlook


def trial_shape(trial: PolicyTrial) -> dict[str, Any]:
    """Return `ipa whatif --json`."""
    now = trial.now
    return {
        "programme": trial.programme,
        "as_of": trial.at.isoformat(),
        "now": None
        if now is None
        else {
            "signals": [_signal_difference(one) for one in now.signals],
            "upcoming": [_signal_difference(one) for one in now.upcoming],
            "messages": [_message_difference(one) for one in now.messages],
            "ministries": _per_ministry(now.signals),
            "people": _per_person(now.messages),
        },
        "history": {
            "signals": [_signal_difference(one) for one in trial.history],
            "ministries": _per_ministry(trial.history),
        },
    }


def _signal_difference(found: Difference[SignalOutlook]) -> dict[str, Any]:
    return {
        "change": found.kind.value,
        "key": found.key,
        "rule": found.newest.rule,
        "subject": subject_shape(found.newest.subject),
        "ministries": list(found.newest.ministries),
        "before": _signal(found.before),
        "after": _signal(found.after),
    }


def _signal(outlook: SignalOutlook | None) -> dict[str, Any] | None:
    if outlook is None:
        return None
    return {
        "opened_on": iso(outlook.opened_on),
        "resolved_on": iso(outlook.resolved_on),
        "severity": outlook.severity.value if outlook.severity is not None else None,
        "steps": steps_shape(outlook.steps),
    }


def _message_difference(found: Difference[MessageOutlook]) -> dict[str, Any]:
    newest = found.newest
    return {
        "change": found.kind.value,
        "key": found.key,
        "kind": newest.kind,
        "rung": newest.rung,
        "about": newest.about,
        "recipient": newest.recipient,
        "ministry": newest.ministry,
        "before": {"planned_on": iso(found.before.planned_on)} if found.before is not None else None,
        "after": {"planned_on": iso(found.after.planned_on)} if found.after is not None else None,
    }


def _per_ministry(found: Sequence[Difference[SignalOutlook]]) -> list[dict[str, Any]]:
    counted = _tallies((ministry, one.kind) for one in found for ministry in one.newest.ministries)
    return [{"ministry": ministry, **tally} for ministry, tally in counted]


def _per_person(found: Sequence[Difference[MessageOutlook]]) -> list[dict[str, Any]]:
    counted = _tallies((one.newest.recipient, one.kind) for one in found)
    return [{"recipient": recipient, **tally} for recipient, tally in counted]


def _tallies(found: Iterable[tuple[str, DifferenceKind]]) -> list[tuple[str, dict[str, int]]]:
    counts: dict[str, Counter[DifferenceKind]] = defaultdict(Counter)
    for name, kind in found:
        counts[name][kind] += 1
    return [(name, {kind.value: counts[name][kind] for kind in DifferenceKind}) for name in sorted(counts)]

"""Which thresholds, ladders and calendar held at an instant?

Policy is dated data. The engine's defaults come first; a programme's overrides follow, each from its day. The
timeline answers for any instant, so replay uses the policy of that day.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections import ChainMap, defaultdict
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ipa_core.domain.bounds import bounds_of
from ipa_core.domain.ladders import RequestLadder
from ipa_core.domain.programmes import PolicyKind, PolicyOverride
from ipa_core.domain.signal_ladders import SignalLadder
from ipa_core.rules import ALL_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ipa_core.domain.bounds import Bounds
    from ipa_core.domain.calendars import Calendar

_SHAPES: Mapping[PolicyKind, Mapping[str, type[Any]]] = {
    PolicyKind.THRESHOLDS: {rule.code: rule.thresholds for rule in ALL_RULES},
    PolicyKind.LADDERS: {"request": RequestLadder, "signal": SignalLadder},
}

_STEPS: Mapping[str, tuple[str, ...]] = {
    "request": ("h1", "h2", "h3", "l1", "l2", "e1", "e2"),
    "signal": ("coordinator", "project_lead", "aanjager"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEntry:
    """Values of one rule or ladder with the day and the decision they rest on."""

    values: Any
    valid_from: date
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All that is decided by people and not by facts, at one instant."""

    calendar: Calendar
    thresholds: Mapping[str, PolicyEntry]
    ladders: Mapping[str, PolicyEntry]

    @property
    def request_ladder(self) -> RequestLadder:
        """When a ministry hears about a request."""
        ladder: RequestLadder = self.ladders["request"].values
        return ladder

    @property
    def signal_ladder(self) -> SignalLadder:
        """Who hears when about a signal that nobody takes up."""
        ladder: SignalLadder = self.ladders["signal"].values
        return ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTimeline:
    """Policies in order of the instants from which they hold; the first also holds before its own."""

    since: tuple[datetime, ...]
    policies: tuple[Policy, ...]

    def at(self, moment: datetime) -> Policy:
        """Return the policy that held at the instant."""
        return self.policies[max(0, bisect_right(self.since, moment) - 1)]

    def changes_after(self, moment: datetime) -> tuple[datetime, ...]:
        """Return the instants after `moment` at which policy changes."""
        return tuple(at for at in self.since[1:] if at > moment)


def build_timeline(
    overrides: Sequence[tuple[datetime, PolicyOverride]], calendars: Sequence[tuple[datetime, Calendar]]
) -> PolicyTimeline:
    """Build the timeline from dated overrides and calendar versions, each with the instant from which it counts.

    `calendars` holds at least one. An override keeps the values that it does not name.
    """
    first_at = calendars[0][0]
    moments = sorted({at for at, _ in calendars} | {at for at, _ in overrides if at > first_at})
    return PolicyTimeline(
        since=tuple(moments), policies=tuple(_policy_at(moment, overrides, calendars) for moment in moments)
    )


def changed_rules(before: PolicyTimeline, after: PolicyTimeline, since: datetime) -> frozenset[str]:
    """Return the rules with other thresholds at or after the instant; all of them when the calendar is another."""
    changed: set[str] = set()
    for moment in {since, *before.changes_after(since), *after.changes_after(since)}:
        old, new = before.at(moment), after.at(moment)
        if old.calendar != new.calendar:
            return frozenset(new.thresholds)
        changed |= {code for code, entry in new.thresholds.items() if entry.values != old.thresholds[code].values}
    return frozenset(changed)


def known_codes(kind: PolicyKind) -> tuple[str, ...]:
    """Return the rules or the ladders that have values."""
    return tuple(sorted(_SHAPES[kind]))


def known_keys(kind: PolicyKind, code: str) -> Mapping[str, Bounds | None]:
    """Return what can be set for a rule or a ladder, with its bounds; None for the one that is no number: bands."""
    return {field.name: bounds_of(field) for field in fields(_SHAPES[kind][code])}


def ladder_over(code: str, overrides: Iterable[PolicyOverride]) -> Mapping[str, int]:
    """Return the steps of a ladder in their order, after these overrides on top of the engine's values."""
    mine = [one.values for one in (*_defaults(), *overrides) if (one.kind, one.code) == (PolicyKind.LADDERS, code)]
    values: Mapping[str, Any] = ChainMap(*(dict(one) for one in reversed(mine)))
    return {step: values[step] for step in _STEPS[code]}


def _policy_at(
    moment: datetime,
    overrides: Sequence[tuple[datetime, PolicyOverride]],
    calendars: Sequence[tuple[datetime, Calendar]],
) -> Policy:
    calendar = [calendar for at, calendar in calendars if at <= moment][-1]
    counting = [override for at, override in sorted(overrides, key=lambda item: item[0]) if at <= moment]
    by_kind: dict[PolicyKind, dict[str, PolicyEntry]] = defaultdict(dict)
    for override in (*_defaults(), *counting):
        entries = by_kind[override.kind]
        entries[override.code] = _overridden(entries.get(override.code), override)
    return Policy(calendar=calendar, thresholds=by_kind[PolicyKind.THRESHOLDS], ladders=by_kind[PolicyKind.LADDERS])


def _overridden(before: PolicyEntry | None, override: PolicyOverride) -> PolicyEntry:
    shape = _SHAPES[override.kind][override.code]
    values = {field.name: getattr(before.values, field.name) for field in fields(shape)} if before else {}
    missing = [f.name for f in fields(shape) if f.name not in {**values, **override.values} and f.default is MISSING]
    if missing:
        message = f"{override.code} lacks {', '.join(missing)}"
        raise ValueError(message)
    return PolicyEntry(
        values=shape(**{**values, **override.values}), valid_from=override.valid_from, decision=override.decision
    )


@lru_cache(maxsize=1)
def _defaults() -> tuple[PolicyOverride, ...]:
    return (*_read("thresholds.toml", PolicyKind.THRESHOLDS), *_read("ladders.toml", PolicyKind.LADDERS))


def _read(name: str, kind: PolicyKind) -> list[PolicyOverride]:
    tables = tomllib.loads(files("ipa_core.rules").joinpath(name).read_text(encoding="utf-8"))
    return [
        PolicyOverride(
            kind=kind,
            code=code,
            values={key: value for key, value in version.items() if key not in ("valid_from", "decision")},
            valid_from=version["valid_from"],
            decision=version["decision"],
        )
        for code, versions in tables.items()
        for version in versions
    ]

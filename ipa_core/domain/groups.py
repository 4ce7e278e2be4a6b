"""Which signals belong to a group that has a signal of its own? In a digest that one speaks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.episodes import SILENCED
from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.domain.themes import holds_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipa_core.domain.signals import Signal

GROUPS = frozenset({SubjectKind.ROOT_CAUSE, SubjectKind.THEME})
"""What signals about several ministries are about."""


def grouped_ids(signals: Iterable[Signal], themes: Mapping[str, str]) -> frozenset[str]:
    """Return the ids of these signals that are left to an open group; `themes` gives the theme of each dossier.

    A shared cause names its signals. A theme has those that hold up a dossier. What is critical is always told by
    itself, and what is lighter than a signal of the group on the same dossier is left to the group as well.
    """
    known = [signal for signal in signals if signal.is_open]
    groups = [signal for signal in known if signal.subject.kind in GROUPS]
    named = {
        f"{group.programme}:{item.value}"
        for group in groups
        for item in group.row.expectation.evidence
        if item.name == "member"
    }
    held_up = {group.subject.code for group in groups if group.subject.kind is SubjectKind.THEME}
    members = [
        signal
        for signal in known
        if (signal.id in named or (themes.get(signal.dossier) in held_up and _is_counted(signal)))
        and signal.severity < Severity.CRITICAL
    ]
    heaviest: dict[str, Severity] = {}
    for signal in members:
        heaviest[signal.dossier] = max(signal.severity, heaviest.get(signal.dossier, signal.severity))
    lighter = (one for one in known if one.dossier in heaviest and one.severity < heaviest[one.dossier])
    return frozenset(signal.id for signal in (*members, *lighter))


def held_up_dossiers(signals: Iterable[Signal], themes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each theme the dossiers that an open signal of their own holds up."""
    found: dict[str, set[str]] = {}
    for signal in signals:
        theme = themes.get(signal.dossier)
        if theme and signal.is_open and _is_counted(signal):
            found.setdefault(theme, set()).add(signal.dossier)
    return {theme: tuple(sorted(dossiers)) for theme, dossiers in found.items()}


def _is_counted(signal: Signal) -> bool:
    return holds_up(signal.rule, signal.severity) and not signal.rule.startswith(SILENCED)

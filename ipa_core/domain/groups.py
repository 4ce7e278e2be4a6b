"""Which signals belong to a group that has a signal of its own? In a digest that one speaks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.episodes import SILENCED
from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.themes import holds_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipa_core.domain.signals import Signal

GROUPS = frozenset({SubjectKind.ROOT_CAUSE, SubjectKind.THEME})
"""What signals about several ministries are about."""


def grouped_ids(signals: Iterable[Signal], themes: Mapping[str, str]) -> frozenset[str]:
    """Return the ids of these signals that belong to an open group; `themes` gives the theme of each dossier.

    A shared cause names its signals. A theme may have thousands, so it only counts them: those that hold up a dossier.
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
    return frozenset(
        signal.id
        for signal in known
        if signal.id in named or (themes.get(signal.dossier) in held_up and _is_counted(signal))
    )


def _is_counted(signal: Signal) -> bool:
    return holds_up(signal.rule, signal.severity) and not signal.rule.startswith(SILENCED)

"""Hold what is expected of themes, from the rows that say which dossiers are open in them and from their signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.themes import Member, ThemeHistory, count_openings
from ipa_core.rules.grouping import THEME_KNELPUNT, hold_theme
from ipa_core.store import expectations, signals
from ipa_core.usecases.follow_causes import leads_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from ipa_core.domain.episodes import Episode
    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.usecases.views import ProgrammeView

OWNER = "theme:"
"""How the owner of what is expected of a theme begins; its name follows."""


def follow_themes(view: ProgrammeView, *, since: datetime, owners: Collection[str] | None = None) -> None:
    """Hold anew the themes in which any of these dossiers was open from an instant on; None: all themes."""
    themes = expectations.list_subjects(view.session, view.code, THEME_KNELPUNT, since=since, owners=owners)
    hold_themes(view, themes, since=since)


def hold_themes(view: ProgrammeView, themes: Collection[str], *, since: datetime) -> None:
    """Hold these themes anew from an instant on. Nobody's history is read: only whose signals were open since then."""
    owners = {f"{OWNER}{theme}": theme for theme in sorted(themes)}
    standing = expectations.list_standing(view.session, view.code, THEME_KNELPUNT, before=since, owners=owners)
    held = {owner: _hold(view, theme, since, standing.get(owner)) for owner, theme in owners.items()}
    expectations.replace_from(view.session, view.code, held, since=dict.fromkeys(owners, since))


def as_members(
    theme: str, places: Mapping[str, Iterable[HeldExpectation]], told: Mapping[str, Iterable[Episode]]
) -> tuple[Member, ...]:
    """Put the signals of each dossier beside the rows that say when it was open in the theme."""
    return tuple(
        Member(
            dossier=dossier,
            places=tuple(row for row in places.get(dossier, ()) if row.expectation.subject.code == theme),
            episodes=tuple(episodes),
        )
        for dossier, episodes in sorted(told.items())
    )


def _hold(view: ProgrammeView, theme: str, since: datetime, standing: HeldExpectation | None) -> list[HeldExpectation]:
    rule, about = THEME_KNELPUNT, f"{OWNER}{theme}"
    terms = expectations.count_terms(view.session, view.code, rule, theme, since=since, besides=about)
    dossiers = expectations.owners_of(view.code, rule, theme, since=since)
    told = signals.list_episodes(view.session, view.code, dossiers, since=since)
    told.pop(about, None)
    stored = expectations.list_from(view.session, view.code, dict.fromkeys(told, since), rules={rule})
    places = {dossier: [one.held for one in rows] for dossier, rows in stored.items()}
    history = ThemeHistory(theme=theme, openings=count_openings(terms), members=as_members(theme, places, told))
    return hold_theme(history, leads_of(view, told), view.policies, since=since, standing=standing)

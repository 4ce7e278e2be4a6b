"""S01 theme knelpunt: too many dossiers of one theme are held up.

What it expects
    Of the open dossiers of a theme, fewer than `share` per cent have a signal of their own that weighs medium or more.
    Those that do are led by fewer than `ministries` ministries, or the theme has fewer than `minimum` open dossiers.

Why it matters
    Many knelpunten at once in one theme are no longer the business of each ministry alone. The projectleider has to
    look at the theme as a whole.

When it stays silent
    For small themes, for themes of one ministry, and for dossiers without a theme. Closed dossiers do not count, and
    neither does it that a dossier waits for another one.

What resolves it
    A share below `left` per cent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import COUNT, PERCENT
from ipa_core.domain.expectations import Evidence, Expectation, Step, Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.themes import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Per cent of the open dossiers, at least so many of those, ministries, and per cent that still make a knelpunt."""

    share: int = field(metadata=PERCENT)
    minimum: int = field(metadata=COUNT)
    ministries: int = field(metadata=COUNT)
    left: int = field(metadata=PERCENT)


def expect(theme: Theme, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """Most dossiers of a theme go on; once they did not, it takes fewer knelpunten than that to be well again."""
    held_up = sum(theme.held_up.values())
    ministries = sorted(code for code, count in theme.held_up.items() if code and count)
    is_large = theme.open >= thresholds.minimum and len(ministries) >= thresholds.ministries
    forms = is_large and 100 * held_up >= thresholds.share * theme.open
    lasts = theme.formed_on is not None and 100 * held_up >= thresholds.left * theme.open
    if not held_up or not (forms or lasts):
        return
    formed_on = theme.formed_on or theme.on
    yield Expectation(
        rule=RULE.code,
        subject=theme.subject,
        steps=(Step(formed_on, Severity.HIGH),),
        evidence=(
            Evidence(name="theme", value=theme.code),
            Evidence(name="formed_on", value=formed_on),
            Evidence(name="open", value=theme.open),
            Evidence(name="held_up", value=held_up),
            *(
                Evidence(name=name, value=value)
                for code in ministries
                for name, value in (("ministry", code), ("count", theme.held_up[code]))
            ),
        ),
    )


def place(dossier: Dossier) -> Iterator[Expectation]:
    """Say in which theme a dossier is open. It waits for nothing: it is what the theme is counted from."""
    theme = dossier.recommendation.theme
    if theme and not dossier.is_closed:
        yield Expectation(rule=RULE.code, subject=Subject(kind=SubjectKind.THEME, code=theme), steps=())


RULE = Rule(code="S01", thresholds=Thresholds, expect=expect)

"""What is expected of groups of signals, and from when until when?

Whether a group is one depends on what it was before: it lasts longer than it takes to form, and a joint solution
settles it. Hence groups are held in order of time, from the row that stood before. The dossiers of a theme are such a
group, and so are the signals with one cause.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import HeldExpectation, merge_held
from ipa_core.domain.moments import day_of, start_of_day, terms
from ipa_core.domain.shared_causes import CauseGroup, find_sharers
from ipa_core.domain.themes import Theme, count_held_up
from ipa_core.rules import CAUSE_RULES, THEME_RULES, shared_cause, theme_knelpunt
from ipa_core.rules.applying import apply_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.expectations import Expectation
    from ipa_core.domain.handovers import Leads
    from ipa_core.domain.shared_causes import Carrier
    from ipa_core.domain.themes import ThemeHistory
    from ipa_core.domain.updates import RootCause
    from ipa_core.rules.policies import PolicyTimeline

SHARED_CAUSE = shared_cause.RULE.code
THEME_KNELPUNT = theme_knelpunt.RULE.code


def hold_causes(
    carriers: Sequence[Carrier],
    settled: Mapping[RootCause, Collection[datetime]],
    leads: Leads,
    policies: PolicyTimeline,
    *,
    since: datetime | None = None,
    standing: Mapping[RootCause, HeldExpectation] | None = None,
) -> dict[RootCause, list[HeldExpectation]]:
    """Return what is expected of the signals with each cause from `since` on (default: from the first that was said).

    `settled` tells when joint solutions were proposed; `standing` are the rows that held just before `since`.
    """
    changes = {*_changes(carriers, policies), *(at for mine in settled.values() for at in mine)}
    if not changes:
        return {}
    begins_at = min(changes) if since is None else since
    changes |= {*leads.changes_within(begins_at, None), *policies.changes_after(begins_at)}
    moments = sorted({begins_at, *(at for at in changes if at > begins_at)})
    before = {cause: row.expectation for cause, row in (standing or {}).items()}
    held: dict[RootCause, list[HeldExpectation]] = {}
    for start, end in terms(moments):
        known, policy = leads.at(start), policies.at(start)
        for cause in sorted({*before, *(one.cause for carrier in carriers for one in carrier.said)}):
            group = CauseGroup(
                cause=cause,
                on=day_of(start),
                sharers=find_sharers(carriers, cause, known),
                formed_on=_formed_on(before.get(cause)),
                is_settled=_is_settled(before.get(cause), is_proposed=start in settled.get(cause, ())),
            )
            expected = apply_rules(CAUSE_RULES, group, policy)
            before.pop(cause, None)
            before.update((cause, one) for one in expected)
            held.setdefault(cause, []).extend(
                HeldExpectation(expectation=one, held_from=start, held_until=end) for one in expected
            )
    return {cause: merge_held(rows) for cause, rows in held.items()}


def hold_theme(
    history: ThemeHistory,
    leads: Leads,
    policies: PolicyTimeline,
    *,
    since: datetime | None = None,
    standing: HeldExpectation | None = None,
) -> list[HeldExpectation]:
    """Return what is expected of the theme from `since` on (default: from the first dossier that was open in it).

    `standing` is the row that held just before `since`. What changes is added up, so that many dossiers cost no more
    than their changes.
    """
    begins_at = min(history.openings) if since is None else since
    held_up = count_held_up(history.members, leads, begins_at)
    changes = {begins_at, *history.openings, *held_up, *policies.changes_after(begins_at)}
    moments = [begins_at, *sorted(at for at in changes if at > begins_at)]
    is_open = sum(count for at, count in history.openings.items() if at < begins_at)
    by_ministry: Counter[str] = Counter()
    before = standing.expectation if standing is not None else None
    held: list[HeldExpectation] = []
    for start, end in terms(moments):
        is_open += history.openings.get(start, 0)
        by_ministry.update(held_up.get(start, {}))
        theme = Theme(
            code=history.theme,
            on=day_of(start),
            open=is_open,
            held_up=by_ministry,
            formed_on=_formed_on(before),
        )
        before = next(iter(apply_rules(THEME_RULES, theme, policies.at(start))), None)
        if before is not None:
            held.append(HeldExpectation(expectation=before, held_from=start, held_until=end))
    return merge_held(held)


def _changes(carriers: Iterable[Carrier], policies: PolicyTimeline) -> Iterator[datetime]:
    said_on: set[date] = set()
    for carrier in carriers:
        yield from carrier.changes
        said_on |= {one.on for one in carrier.said}
    for policy in policies.policies:
        thresholds = policy.thresholds[SHARED_CAUSE].values
        for on in said_on:
            yield start_of_day(shared_cause.forgotten_on(on, thresholds, policy.calendar))


def _formed_on(before: Expectation | None) -> date | None:
    found = (item.value for item in before.evidence if item.name == "formed_on") if before is not None else ()
    return next((value for value in found if not isinstance(value, (str, int))), None)


def _is_settled(before: Expectation | None, *, is_proposed: bool) -> bool:
    """A group that was settled stays so; a solution can only be proposed for one that is there."""
    return before is not None and (is_proposed or not before.steps)

"""Try another policy: what a run would leave behind, and what the whole history would have been."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import SubjectKind
from ipa_core.reports.policy_trials import MessageOutlook, RunOutlook, SignalOutlook, compare_episodes
from ipa_core.store import signals
from ipa_core.store.notices import NoticeState
from ipa_core.store.outbox import MessageState
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.show_messages import show_messages
from ipa_core.usecases.signal_cards import build_upcoming

if TYPE_CHECKING:
    from ipa_core.domain.expectations import Subject
    from ipa_core.domain.programmes import OwnPolicy
    from ipa_core.reports.message_lines import MessageLine
    from ipa_core.reports.policy_trials import Difference
    from ipa_core.reports.signal_cards import UpcomingCard
    from ipa_core.usecases.views import ProgrammeView

UNSENT = frozenset({NoticeState.SKIPPED.value, NoticeState.SUPPRESSED.value, MessageState.DEAD.value})
"""States of notices that nobody reads."""


def look_ahead(view: ProgrammeView) -> RunOutlook:
    """Return what stands, what waits and what goes after the run that was just done or rehearsed."""
    standing = {one.id: one for one in signals.read_at(view.session, view.code, at=view.at)}
    open_now = {(one.rule, one.subject) for one in standing.values()}
    return RunOutlook(
        signals={
            identity: SignalOutlook(
                rule=one.rule,
                subject=one.subject,
                ministries=_ministries(view, one.subject, one.dossier),
                steps=one.row.expectation.steps,
                opened_on=one.opened_on,
                severity=one.severity,
            )
            for identity, one in standing.items()
        },
        upcoming=_upcoming(view, open_now),
        messages={
            line.key: _as_outlook(line) for line in show_messages(view) if line.recipient and line.state not in UNSENT
        },
    )


def compare_histories(view: ProgrammeView, own: OwnPolicy) -> tuple[Difference[SignalOutlook], ...]:
    """Return which episodes differ if what is tried had always counted, or from the day that it names."""
    return compare_episodes(_episodes(view), _episodes(view.with_policy(own)))


def _episodes(view: ProgrammeView) -> list[SignalOutlook]:
    return [
        SignalOutlook(
            rule=one.rule,
            subject=one.subject,
            ministries=_ministries(view, one.subject, one.dossier),
            steps=one.steps,
            opened_on=one.opened_on,
            resolved_on=one.resolved_on,
            severity=one.severity,
        )
        for one in replay_history(view, None).signals
    ]


def _upcoming(view: ProgrammeView, open_now: set[tuple[str, Subject]]) -> dict[str, SignalOutlook]:
    """Return what breaks after today if nothing changes.

    The later steps of an open signal stand with the signal. Messages wait for their hand-over, which no rehearsal does.
    """
    cards: dict[tuple[str, Subject], list[UpcomingCard]] = defaultdict(list)
    for card in build_upcoming(view, until=date.max):
        cards[card.expectation.rule, card.expectation.subject].append(card)
    waiting = [
        SignalOutlook(
            rule=rule,
            subject=subject,
            ministries=found[0].subject.ministries,
            steps=tuple(card.step for card in found),
        )
        for (rule, subject), found in cards.items()
        if (rule, subject) not in open_now and subject.kind is not SubjectKind.MESSAGE
    ]
    return {outlook.key: outlook for outlook in waiting}


def _ministries(view: ProgrammeView, subject: Subject, dossier: str) -> tuple[str, ...]:
    concerned = view.ministry_of(subject, dossier)
    return (concerned,) if concerned else ()


def _as_outlook(line: MessageLine) -> MessageOutlook:
    return MessageOutlook(
        key=line.key,
        kind=line.kind,
        rung=line.rung,
        about=line.about,
        recipient=line.recipient,
        ministry=line.ministry,
        planned_on=line.planned_on,
    )

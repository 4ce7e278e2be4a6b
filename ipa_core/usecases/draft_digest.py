"""Build the weekly digest: what happened since the one before it, what comes, and which decisions are asked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ipa_core.domain.episodes import UNANSWERED_REQUEST
from ipa_core.domain.expectations import OF_MONITOR
from ipa_core.domain.groups import grouped_ids
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import day_of
from ipa_core.domain.pauses import OpenDays
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, SignalState
from ipa_core.reports import why_not
from ipa_core.reports.digests import AskedKind, DecisionAsked, Digest, Reliability
from ipa_core.store import notices, outbox, signals
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.usecases.audit_messages import audit_messages
from ipa_core.usecases.bundle_items import with_refusals
from ipa_core.usecases.find_audience import NOBODY
from ipa_core.usecases.find_heard import find_heard
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.signal_cards import build_cards, build_upcoming
from ipa_core.usecases.signals_in_hand import find_request_pauses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.expectations import Subject
    from ipa_core.domain.organisations import Contact
    from ipa_core.domain.rounds import Request
    from ipa_core.domain.signals import Signal
    from ipa_core.reports.signal_cards import SignalCard, UpcomingCard
    from ipa_core.usecases.views import ProgrammeView

LOOK_AHEAD = 20
"""Working days in which something breaks."""

DECISIONS: Mapping[str, AskedKind] = {"R02": AskedKind.ACCEPT_EXPLANATION, "T04": AskedKind.REBASELINE}
"""Which rules ask the aanjager for a decision; T04 only when it is critical."""


def build_digest(
    view: ProgrammeView, contact: Contact, *, period: str, slot_on: date, base_url: str, through: int | None = None
) -> Digest:
    """Build the digest as it would go out now: everything since the previous one that this reader got.

    Who came in the place of somebody is told what nobody in that role was told before.
    With `through` it tells no change after that number, since the next digest will.
    """
    heard = find_heard(view, contact, period)
    changes = signals.list_changes(view.session, view.code, after=heard.through_change, at=view.at)
    kinds: dict[str, set[ChangeKind]] = {}
    for change in changes:
        if through is None or (change.seq or 0) <= through:
            kinds.setdefault(change.signal, set()).add(change.kind)
    opened = {s for s, mine in kinds.items() if mine & {ChangeKind.OPENED, ChangeKind.CAME_BACK}}
    raised = {s for s, mine in kinds.items() if ChangeKind.RAISED in mine} - opened
    solved = {s for s, mine in kinds.items() if ChangeKind.RESOLVED in mine} - opened
    standing = _about_dossiers(signals.read_at(view.session, view.code, at=view.at))
    seen = [signal for signal in standing if not signal.folded_under]
    gone = _about_dossiers(signals.read_at(view.session, view.code, at=view.at, ids=solved, is_resolved_included=True))
    themes = {code: row.theme for code, row in view.register.items()}
    cards, grouped = build_cards(view, seen), grouped_ids(standing, themes)
    told = [card for card in cards if card.signal.id not in grouped]
    decisions = list_decisions(view, cards, slot_on)
    ended = with_refusals(view, worst_first(build_cards(view, [s for s in gone if not s.is_open])))
    return Digest(
        programme=view.programme,
        contact=contact,
        period=period,
        slot_on=slot_on,
        base_url=base_url,
        open_by_severity=Counter(signal.severity for signal in seen),
        new=worst_first([card for card in told if card.signal.id in opened]),
        worse=worst_first([card for card in told if card.signal.id in raised]),
        solved=tuple(item.card for item in ended if item.refusal is None),
        refused=tuple(item for item in ended if item.refusal is not None),
        structural=worst_first([card for card in told if card.is_structural]),
        upcoming=tuple(_upcoming(view)),
        decisions=(*decisions, *_to_judge(cards, heard.decided_at, but_not=decisions)),
        snoozed=worst_first([card for card in cards if card.signal.state is SignalState.SNOOZED]),
        waiting=len(standing) - len(seen),
        grouped=len(cards) - len(told),
        is_first=heard.is_first,
        since_on=heard.slot_on,
        reliability=_reliability(view, heard.decided_at),
    )


def _about_dossiers(found: Sequence[Signal]) -> list[Signal]:
    """Leave out the signals about messages and runs: the digest has a line of its own on what the monitor did."""
    return [signal for signal in found if signal.subject.kind not in OF_MONITOR]


def _upcoming(view: ProgrammeView) -> list[UpcomingCard]:
    """Return what breaks soon, of each knelpunt the first step.

    That a message of this morning was not handed over yet is no news.
    """
    first: dict[tuple[str, Subject], UpcomingCard] = {}
    for card in build_upcoming(view, until=view.calendar.add_working_days(view.on, LOOK_AHEAD)):
        if card.expectation.subject.kind not in OF_MONITOR:
            first.setdefault((card.expectation.rule, card.expectation.subject), card)
    return list(first.values())


def list_wanting(view: ProgrammeView) -> frozenset[str]:
    """Return the signals about which the aanjager may be asked to call a ministry."""
    standing = signals.read_at(view.session, view.code, at=view.at)
    return frozenset(signal.id for signal in standing if _wants_call(view, signal))


def _wants_call(view: ProgrammeView, signal: Signal) -> bool:
    """Tell whether a signal weighs enough, nobody has it in hand, and there is a ministry to call."""
    is_open = signal.state is SignalState.OPEN and signal.severity >= Severity.MEDIUM and not signal.folded_under
    return is_open and view.ministry_of(signal.subject, signal.dossier) is not None


def list_decisions(view: ProgrammeView, cards: Sequence[SignalCard], slot_on: date) -> list[DecisionAsked]:
    """Return what the aanjager is asked to decide about these signals and about requests that nobody answers.

    Nothing about a plan for which another first date was decided: it waits for rounds without a shift.
    """
    cards = [card for card in cards if not card.is_rebaselined]
    asked = [
        DecisionAsked(kind=DECISIONS[card.signal.rule], card=card)
        for card in worst_first(cards)
        if card.signal.rule in DECISIONS and (card.signal.rule != "T04" or card.signal.severity is Severity.CRITICAL)
    ]
    asked += _calls(view, cards, slot_on, but_not={one.card.signal.dossier for one in asked if one.card is not None})
    return asked + [
        DecisionAsked(kind=AskedKind.CALL_MINISTRY, request=request, holder=view.present(request.organisation))
        for request in _unanswered(view)
    ]


def _to_judge(
    cards: Sequence[SignalCard], since: datetime | None, *, but_not: Iterable[DecisionAsked]
) -> list[DecisionAsked]:
    """Ask once about each explanation that nobody of IPA accepted yet, and that is not asked about already."""
    judged = (one.card for one in but_not if one.kind is AskedKind.ACCEPT_EXPLANATION)
    asked = {card.signal.id for card in judged if card is not None}

    def is_new(said: Decision | None) -> bool:
        return said is not None and not said.is_accepted and (since is None or said.at >= since)

    return [
        DecisionAsked(kind=AskedKind.ACCEPT_EXPLANATION, card=card)
        for card in worst_first([card for card in cards if is_new(card.explained)])
        if card.signal.id not in asked
    ]


def _unanswered(view: ProgrammeView) -> list[Request]:
    """Return the requests that are long overdue, and of which the projectleider has known for long enough."""
    ladder = view.policy.request_ladder
    unanswered = signals.read_at(view.session, view.code, at=view.at, rule=UNANSWERED_REQUEST)
    pauses = find_request_pauses(view, unanswered)

    def days(code: str) -> OpenDays:
        return OpenDays(view.calendar, pauses.get(code, ()))

    overdue = {
        request.code: request
        for request in list_requests(view)
        if request.state_at(view.at) is RequestState.OPEN
        and days(request.code).add(request.due_on, ladder.e2) <= view.on
        and not any(one.holds_on(view.on) for one in pauses.get(request.code, ()))
    }
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, list(overdue))
    told = {
        code: [row for row in mine if row.rung is Rung.ESCALATION and row.state is not NoticeState.SKIPPED]
        for code, mine in rows.items()
    }
    promised = {row.message for mine in told.values() for row in mine if row.message is not None}
    went_at, dead = outbox.list_handed_over(view.session, promised), outbox.list_dead_ids(view.session, view.code)

    def is_to_call(code: str, mine: Sequence[NoticeRow]) -> bool:
        went_on = min((day_of(went_at[row.message]) for row in mine if row.message in went_at), default=None)
        if went_on is not None:
            return days(code).add(went_on, ladder.e2 - ladder.e1) <= view.on
        return bool(mine) and all(row.recipient == NOBODY or row.message in dead for row in mine)

    return [request for code, request in overdue.items() if is_to_call(code, told[code])]


def _calls(
    view: ProgrammeView, cards: Sequence[SignalCard], slot_on: date, *, but_not: Collection[str]
) -> list[DecisionAsked]:
    """Ask once about each dossier with signals that nobody takes up, by the heaviest; not about those asked about."""
    due = notices.list_asked(view.session, view.code, until=slot_on, at=view.at)
    found: dict[str, list[SignalCard]] = {}
    for card in worst_first(cards):
        signal = card.signal
        if signal.id in due and signal.dossier not in but_not and _wants_call(view, signal):
            found.setdefault(signal.dossier, []).append(card)
    return [
        DecisionAsked(kind=AskedKind.CALL_ABOUT_SIGNAL, card=mine[0], others=len(mine) - 1) for mine in found.values()
    ]


def _reliability(view: ProgrammeView, since: datetime | None) -> Reliability:
    # What goes at this very moment is counted the next time: its messages are handed over after this is written.
    return Reliability(
        handed_over=outbox.count_handed_over(view.session, view.code, since=since, until=view.at),
        waiting=outbox.count_held_up(view.session, view.code, at=view.at),
        failed=outbox.count_failed(view.session, view.code, since=since),
        overtaken=notices.count_skipped(view.session, view.code, why_not=why_not.OVERTAKEN, since=since, until=view.at),
        missed=audit_messages(view).missed,
    )


def worst_first(cards: Sequence[SignalCard]) -> tuple[SignalCard, ...]:
    """Sort by weight, theme and id."""
    return tuple(sorted(cards, key=lambda card: (-card.signal.severity.weight, card.subject.theme, card.signal.id)))

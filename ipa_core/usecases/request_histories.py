"""What became of each request over time: what it asks about, and which lines came?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from ipa_core.domain.handovers import Leads, answers, share_over_time
from ipa_core.domain.lateness import closes_at
from ipa_core.domain.rounds import RequestHistory
from ipa_core.store import recommendations, rounds, updates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ipa_core.domain.rounds import DueMove, Request
    from ipa_core.usecases.views import ProgrammeView

FEW = 500
"""Up to this many dossiers are looked up by their codes; of more the whole register is read."""


def list_requests(view: ProgrammeView, *, with_lines: bool = False) -> list[Request]:
    """Return the requests as they stand at the view's moment; `missing` only tells the truth with lines."""
    return [history.at(view.at) for history in list_request_histories(view, with_lines=with_lines)]


def list_request_histories(view: ProgrammeView, *, with_lines: bool = True) -> list[RequestHistory]:
    """Return the requests that were open by the view's moment, by round and ministry, settled ones included.

    Lines cost a query per round. Without them only the rounds in which a lead changed are asked for theirs.
    """
    requests: dict[str, list[Request]] = defaultdict(list)
    for request in rounds.list_requests(view.session, view.code, known_at=view.at):
        requests[request.round].append(request)
    moves = rounds.list_moves(view.session, view.code)
    return [
        history
        for code, until in rounds_with_ends(view)
        if code in requests
        for history in tell_requests(view, requests[code], moves, until=until, with_lines=with_lines)
    ]


def list_histories_of_round(view: ProgrammeView, round_code: str) -> list[RequestHistory]:
    """Return the requests of one round with their lines; those that open later, after a handover, are among them."""
    until = dict(rounds_with_ends(view))[round_code]
    requests = rounds.list_requests_of(view.session, view.code, round_code)
    moves = rounds.list_moves(view.session, view.code)
    return tell_requests(view, requests, moves, until=until, with_lines=True) if requests else []


def list_recent_rounds(view: ProgrammeView, *, closed: int) -> list[list[RequestHistory]]:
    """Return the newest rounds with their requests, oldest first: so many that closed for sure, and all after them."""
    found: list[list[RequestHistory]] = []
    moves = rounds.list_moves(view.session, view.code)
    left = closed
    for code, until in reversed(rounds_with_ends(view)):
        if not left:
            break
        requests = rounds.list_requests_of(view.session, view.code, code)
        if requests:
            found.insert(0, tell_requests(view, requests, moves, until=until, with_lines=True))
            first = found[0][0].at(view.at)
            left -= all(closes_at(first, policy.calendar) <= view.at for policy in view.policies.policies)
    return found


def tell_requests(
    view: ProgrammeView,
    requests: Sequence[Request],
    moves: Mapping[tuple[str, str], Sequence[DueMove]],
    *,
    until: datetime | None,
    with_lines: bool,
) -> list[RequestHistory]:
    """Return the history of all requests of one round; what a ministry leads after `until` is for the next round.

    `moves` are the due dates that moved, by round and organisation.
    """
    requests = [request for request in requests if until is None or request.opened_at < until]
    opened_at = requests[0].opened_at
    leads = leads_within(view, opened_at, until, [code for request in requests for code in request.asked])
    is_moving = bool(leads.changes_within(opened_at, until)) or requests[-1].opened_at > opened_at
    lines = updates.list_answered_lines(view.session, view.code, requests[0].round) if with_lines or is_moving else []
    asked, _ = share_over_time(requests, leads, lines, until)
    return [
        RequestHistory(
            request=replace(request, asked=asked[request.code][0][1], is_follow_up=request.opened_at > opened_at),
            asked=tuple(asked[request.code]),
            lines=tuple(line for line in lines if answers(line, request, leads)),
            moves=tuple(moves.get((request.round, request.organisation), ())),
        )
        for request in requests
    ]


def leads_within(view: ProgrammeView, opened_at: datetime, until: datetime | None, dossiers: Sequence[str]) -> Leads:
    """Return who leads these dossiers in the course of a round; the register is only read when that may change."""
    leads = Leads(directory=view.directory_history, register={})
    newest_at = view.register_changed_at
    is_register_same = (
        newest_at is None
        or newest_at <= opened_at
        or not recommendations.has_changed_within(view.session, view.code, opened_at, until)
    )
    if is_register_same and not leads.changes_within(opened_at, until):
        return leads
    few = dossiers if len(dossiers) <= FEW else None
    return replace(leads, register=recommendations.list_versions(view.session, view.code, few))


def rounds_with_ends(view: ProgrammeView) -> list[tuple[str, datetime | None]]:
    """Return the rounds with the instant at which the next one opened."""
    opened = rounds.list_rounds(view.session, view.code, known_at=view.at)
    later = [one.opened_at for one in opened[1:]]
    return list(zip_longest((one.code for one in opened), later))

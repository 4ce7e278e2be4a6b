"""Rounds on the screen: open one, list them, excuse a ministry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipa_core.cli.shell import view_each
from ipa_core.domain.rounds import RequestState
from ipa_core.errors import ReasonMissing
from ipa_core.render.dutch import dossiers, long_date, plain_date, word
from ipa_core.store import rounds
from ipa_core.usecases.open_round import open_round, waive_request
from ipa_core.usecases.request_histories import list_requests

if TYPE_CHECKING:
    from datetime import datetime

    from ipa_core.app import App
    from ipa_core.cli.shell import Shell
    from ipa_core.domain.rounds import ReportingRound, Request
    from ipa_core.usecases.views import ProgrammeView


def open_one(app: App, shell: Shell, code: str, programme: str | None, as_of: str | None) -> None:
    """Open a round."""
    at, chosen = app.moment(as_of).at, app.choose_one(programme)
    opened = app.database.write(lambda session: open_round(session, chosen, code, at=at))
    lines = [
        f"Uitvraag {opened.round.code} is geopend. Antwoorden kan tot en met {long_date(opened.round.due_on)}.",
        *(f"  {one.organisation}: {dossiers(len(one.asked))}" for one in opened.requests),
    ]
    shell.show(round_shape(chosen, opened.round, list(opened.requests), at), lines)


def list_all(app: App, shell: Shell, programme: str | None, as_of: str | None) -> None:
    """List the rounds with the state of each request."""
    at = app.moment(as_of).at

    def ask(view: ProgrammeView) -> list[Any]:
        requests = list_requests(view, with_lines=True)
        return [
            (view.code, one, [request for request in requests if request.round == one.code])
            for one in rounds.list_rounds(view.session, view.code, known_at=view.at)
        ]

    found = view_each(app, programme, at, ask)
    lines = [line for _, one, requests in found for line in _round_lines(one, requests, at)]
    shell.show(
        [round_shape(code, one, requests, at) for code, one, requests in found],
        lines or ["Er is nog geen uitvraag geopend."],
    )


def waive(
    app: App,
    shell: Shell,
    code: str,
    ministry: str,
    reason: str,
    by: str,
    programme: str | None,
    as_of: str | None,
) -> None:
    """Excuse a ministry."""
    if not reason.strip():
        raise ReasonMissing
    at, chosen = app.moment(as_of).at, app.choose_one(programme)
    waived = app.database.write(
        lambda session: waive_request(session, chosen, code, ministry, reason=reason.strip(), by=by, at=at)
    )
    shell.show(
        {"programme": chosen, **_request_shape(waived, at)},
        [f"{ministry} hoeft niet te antwoorden op uitvraag {code}. Reden: {reason.strip()}"],
    )


def round_shape(programme: str, opened: ReportingRound, requests: list[Request], at: datetime) -> dict[str, Any]:
    """Return a round with requests in it, by the names that other programs read."""
    return {
        "programme": programme,
        "round": opened.code,
        "opened_on": opened.opened_on.isoformat(),
        "due_on": opened.due_on.isoformat(),
        "requests": [_request_shape(request, at) for request in requests],
    }


def _request_shape(request: Request, at: datetime) -> dict[str, Any]:
    settled_at = request.settled_at()
    return {
        "round": request.round,
        "organisation": request.organisation,
        "state": request.state_at(at).value,
        "due_on": request.due_on.isoformat(),
        "moved_from": request.moved_from.isoformat() if request.moved_from is not None else None,
        "move_reason": request.move_reason,
        "asked": list(request.asked),
        "missing": list(request.missing),
        "settled_at": settled_at.isoformat() if settled_at is not None and settled_at <= at else None,
        "waiver_reason": request.waiver_reason,
    }


def _round_lines(opened: ReportingRound, requests: list[Request], at: datetime) -> list[str]:
    opened_on, due_on = plain_date(opened.opened_on), plain_date(opened.due_on)
    return [
        f"Uitvraag {opened.code}, geopend op {opened_on}, antwoorden tot en met {due_on}:",
        *(
            f"  {request.organisation:6} {word(request.state_at(at)):13} {dossiers(len(request.asked))}"
            f"{_missing(request, at)}{_own_date(request, opened)}"
            for request in requests
        ),
    ]


def _own_date(request: Request, opened: ReportingRound) -> str:
    return f", antwoorden tot en met {plain_date(request.due_on)}" if request.due_on != opened.due_on else ""


def _missing(request: Request, at: datetime) -> str:
    is_incomplete = request.state_at(at) is RequestState.ANSWERED and request.missing
    return f", zonder regel: {', '.join(request.missing)}" if is_incomplete else ""

"""Show what we ask of one ministry in a round, as a form with what stands filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ipa_core.domain.organisations import Share
from ipa_core.errors import RequestSettled, UnknownRequest, UnknownRound
from ipa_core.reports.workbooks import FormRow, RequestForm
from ipa_core.store import rounds
from ipa_core.store.bulk import in_batches
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.views import BATCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.rounds import Request
    from ipa_core.usecases.views import ProgrammeView


def show_workbook(view: ProgrammeView, round_code: str, ministry: str) -> RequestForm:
    """Return the form of a request that is not answered whole, as known at the view's moment.

    After an answer it holds the dossiers about which no line came: a row of the others that nobody touched would say
    that nothing changed since. A ministry that took the place of the one that was asked answers in its own name.
    Dossiers that passed to another ministry are left out: what nobody answered of them is in the form of that one.

    Raises:
        UnknownRound: The round is not open at the moment.
        UnknownRequest: This ministry is not asked anything in it.
        RequestSettled: It was answered whole, or waived.
    """
    request = _find_unanswered(view, round_code, ministry)
    return build_form(view, request, form_rows(view, request.asked), made_at=view.at)


def form_rows(view: ProgrammeView, dossiers: Iterable[str]) -> dict[str, FormRow]:
    """Return what stands in a form about each of these dossiers; the facts of a few are in memory at the same time."""
    return {
        code: _row(dossier) for batch in in_batches(dossiers, BATCH) for code, dossier in view.dossiers(batch).items()
    }


def build_form(view: ProgrammeView, request: Request, rows: Mapping[str, FormRow], *, made_at: datetime) -> RequestForm:
    """Return the form of a request for whoever answers it now; `made_at` is the day that the form names."""
    organisation = view.present(request.organisation)
    return RequestForm(
        programme=view.code,
        programme_name=view.programme.name,
        round=request.round,
        organisation=organisation,
        due_on=request.due_on,
        made_at=made_at,
        rows=tuple(rows[code] for code in request.asked if _may_speak(view, organisation, code)),
    )


def _find_unanswered(view: ProgrammeView, round_code: str, ministry: str) -> Request:
    known = [one.code for one in rounds.list_rounds(view.session, view.code, known_at=view.at)]
    if round_code not in known:
        raise UnknownRound(round_code, tuple(known))
    requests = [one for one in list_requests(view, with_lines=True) if one.round == round_code and one.asked]
    asked = {name: one for one in requests for name in (one.organisation, view.present(one.organisation))}
    if ministry not in asked:
        raise UnknownRequest(round_code, ministry, tuple(one.organisation for one in requests))
    request = asked[ministry]
    settled_at = request.settled_at()
    if settled_at is None:
        return request
    if settled_at != request.answered_at or not request.missing:
        raise RequestSettled(round_code, ministry, settled_at)
    return replace(request, asked=request.missing)


def _may_speak(view: ProgrammeView, organisation: str, dossier: str) -> bool:
    return organisation in (*view.holders(Share.LEAD, dossier), *view.holders(Share.CO_LEAD, dossier))


def _row(dossier: Dossier) -> FormRow:
    said = [entry.update for entry in reversed(dossier.entries) if entry.update.milestone is None]
    return FormRow(
        code=dossier.code,
        title=dossier.recommendation.title,
        status=dossier.status,
        progress=dossier.progress,
        planned_on=dossier.planned_on,
        effect=next((one.effect for one in said if one.effect is not None), None),
        rating=next((one.rating for one in said if one.rating is not None), None),
        root_cause=next((one.root_cause for one in said if one.root_cause is not None), None),
        previous_note=next((one.note for one in said if one.note), ""),
    )

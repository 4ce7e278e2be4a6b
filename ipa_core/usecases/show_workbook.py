"""Show what we ask of one ministry in a round, as a form with what stands filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.organisations import Share
from ipa_core.errors import RequestSettled, UnknownRequest, UnknownRound
from ipa_core.reports.workbooks import FormRow, RequestForm
from ipa_core.store import rounds
from ipa_core.usecases.request_histories import list_requests

if TYPE_CHECKING:
    from datetime import datetime

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.rounds import Request
    from ipa_core.usecases.views import ProgrammeView


def show_workbook(view: ProgrammeView, round_code: str, ministry: str) -> RequestForm:
    """Return the form of an open request, as known at the view's moment.

    A ministry that took the place of the one that was asked answers in its own name. Dossiers that passed to another
    ministry are left out: what nobody answered of them is in the form of that one.

    Raises:
        UnknownRound: The round is not open at the moment.
        UnknownRequest: This ministry is not asked anything in it.
        RequestSettled: It was answered or waived already.
    """
    return build_form(view, _find_open(view, round_code, ministry), made_at=view.at)


def build_form(view: ProgrammeView, request: Request, *, made_at: datetime) -> RequestForm:
    """Return the form of a request for whoever answers it now; `made_at` is the day that the form names."""
    organisation = view.present(request.organisation)
    dossiers = view.dossiers(request.asked)
    return RequestForm(
        programme=view.code,
        programme_name=view.programme.name,
        round=request.round,
        organisation=organisation,
        due_on=request.due_on,
        made_at=made_at,
        rows=tuple(_row(dossiers[code]) for code in request.asked if _may_speak(view, organisation, code)),
    )


def _find_open(view: ProgrammeView, round_code: str, ministry: str) -> Request:
    known = [one.code for one in rounds.list_rounds(view.session, view.code, known_at=view.at)]
    if round_code not in known:
        raise UnknownRound(round_code, tuple(known))
    requests = [one for one in list_requests(view) if one.round == round_code and one.asked]
    asked = {name: one for one in requests for name in (one.organisation, view.present(one.organisation))}
    if ministry not in asked:
        raise UnknownRequest(round_code, ministry, tuple(one.organisation for one in requests))
    settled_at = asked[ministry].settled_at()
    if settled_at is not None and settled_at <= view.at:
        raise RequestSettled(round_code, ministry, settled_at)
    return asked[ministry]


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

"""Draft the agenda item for the stuurgroep, and keep it as a person released it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Role, is_valid_on
from ipa_core.domain.severities import Severity
from ipa_core.intake.problems import ProblemList
from ipa_core.reports.agendas import AgendaItem, AgendaPoint, AgendaText
from ipa_core.reports.digests import AskedKind, DecisionAsked
from ipa_core.store import agendas, audit, programmes, signals
from ipa_core.usecases.draft_digest import list_decisions, worst_first
from ipa_core.usecases.signal_cards import build_cards
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from ipa_core.reports.signal_cards import SignalCard

RELEASERS = frozenset({Role.PROJECT_LEAD, Role.AANJAGER})
"""Who may put something on the agenda."""

GROUPS = frozenset({SubjectKind.ROOT_CAUSE, SubjectKind.THEME})


class AgendaRenderer(Protocol):
    """Finds the words."""

    def render_agenda(self, item: AgendaItem, *, released_by: str = "") -> str:
        """Return the text; without a name it is a draft."""


def draft_agenda(view: ProgrammeView) -> AgendaItem:
    """Return what is asked of the stuurgroep now: what the aanjager is asked, and what is critical or shared.

    A plan that moved is not asked about once another first date was decided: it waits for rounds without a shift.
    """
    standing = [one for one in signals.read_at(view.session, view.code, at=view.at) if not one.folded_under]
    cards = [card for card in build_cards(view, standing) if not card.is_rebaselined]
    asked = list_decisions(view, cards, view.on)
    known = {_matter(one) for one in asked}
    asked = [*(one for one in asked if one.card is not None), *_discussed(cards, known), *_requests(asked)]
    before, by_id = _last_asked(view), {card.signal.id: card for card in cards}
    return AgendaItem(
        programme=view.programme,
        drafted_on=view.on,
        points=tuple(
            AgendaPoint(asked=one, source=by_id.get(_source_id(one)), before_on=before.get(about(one))) for one in asked
        ),
    )


def release_agenda(session: Session, programme: str, renderer: AgendaRenderer, *, by: str, at: datetime) -> AgendaText:
    """Keep the draft as it stands now, with who released it.

    Raises:
        InputRefused: nobody was named, or somebody who may not release it, or there is nothing to put on the agenda.
        WriteInThePast: something was written after the moment.
    """
    row = programmes.lock(session, programme, at=at)
    view = ProgrammeView(session, programme, at=at)
    item = draft_agenda(view)
    problems = ProblemList()
    if not _may_release(view, by):
        problems.add("agenda_by_others" if by else "act_by_missing", row=None, column="--by", value=by, file="")
    if not item.points:
        problems.add("agenda_empty", row=None, column="", value="", file="")
    problems.raise_any()
    text = renderer.render_agenda(item, released_by=by)
    kept = agendas.AgendaRow(
        programme=programme,
        released_at=at,
        released_by=by,
        about=tuple(about(point.asked) for point in item.points),
        text=text,
    )
    session.add(kept)
    session.flush()
    programmes.note_write(session, row, at=at, is_news=False)
    audit.append(
        session,
        programme=programme,
        at=at,
        actor="person",
        action="agenda.release",
        subject=f"agenda:{kept.seq}",
        details={"points": len(item.points)},
    )
    return AgendaText(programme=programme, on=view.on, text=text, points=len(item.points), released_by=by)


def about(asked: DecisionAsked) -> str:
    """Return what a point is about: the id of a signal, or the code of a request."""
    if asked.card is not None:
        return asked.card.signal.id
    return asked.request.code if asked.request is not None else ""


def _source_id(asked: DecisionAsked) -> str:
    """Return the id of the signal that a signal is about; about anything else, an id that no signal has."""
    return f"{asked.card.signal.programme}:{asked.card.signal.subject.code}" if asked.card is not None else ""


def _discussed(cards: Sequence[SignalCard], known: set[str]) -> list[DecisionAsked]:
    """Ask once about each dossier, request or group; a signal on another signal only when that one asks for nothing."""
    found: dict[str, DecisionAsked] = {}
    for card in sorted(worst_first(cards), key=lambda card: card.signal.subject.kind is SubjectKind.SIGNAL):
        signal = card.signal
        is_group = signal.subject.kind in GROUPS
        if signal.dossier not in known and (is_group or signal.severity is Severity.CRITICAL):
            kind = AskedKind.SOLVE_TOGETHER if is_group else AskedKind.DISCUSS
            found.setdefault(signal.dossier, DecisionAsked(kind=kind, card=card))
    return list(found.values())


def _matter(asked: DecisionAsked) -> str:
    """Return the dossier, request or group that a point is about."""
    return asked.card.signal.dossier if asked.card is not None else about(asked)


def _requests(asked: Sequence[DecisionAsked]) -> list[DecisionAsked]:
    return [one for one in asked if one.request is not None]


def _last_asked(view: ProgrammeView) -> dict[str, date]:
    released = agendas.list_released(view.session, view.code, at=view.at)
    return {name: day_of(one.released_at) for one in released for name in one.about}


def _may_release(view: ProgrammeView, address: str) -> bool:
    return any(
        contact.email == address and contact.role in RELEASERS and is_valid_on(contact, view.on)
        for contact in view.directory.contacts
    )

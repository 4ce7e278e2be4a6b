"""What the stuurgroep could be asked is a draft, until the projectleider or the aanjager releases it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.organisations import Role
from ipa_core.errors import InputRefused, NobodyOnDuty
from ipa_core.render.messages import Renderer
from ipa_core.reports.agendas import AgendaPoint
from ipa_core.reports.digests import AskedKind, DecisionAsked
from ipa_core.reports.signal_cards import SourceCard
from ipa_core.store import agendas, outbox
from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from ipa_core.usecases.draft_agenda import about, draft_agenda, release_agenda
from ipa_core.usecases.draft_digest import build_digest
from ipa_core.usecases.show_digest import show_digest
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from sqlmodel import Session

    from ipa_core.reports.agendas import AgendaItem, AgendaText
    from tests.journeys.world import World

PROJECT_LEAD = "projectleider@ipa.example"


def drafted(world: World, as_of: str) -> AgendaItem:
    at = world.app.moment(as_of).at
    return world.app.database.read(lambda session: draft_agenda(ProgrammeView(session, "ipa", at=at)))


def released(world: World, as_of: str, by: str) -> AgendaText:
    at = world.app.moment(as_of).at
    return world.app.database.write(lambda session: release_agenda(session, "ipa", Renderer(), by=by, at=at))


def test_the_draft_asks_what_the_aanjager_is_asked_and_what_is_critical(world: World) -> None:
    found = {about(point.asked): point.asked.kind for point in drafted(world, "2026-02-05").points}

    assert found == {
        "ipa:T04:UIT-01:1": AskedKind.REBASELINE,
        "ipa:R02:HUI-M3:1": AskedKind.ACCEPT_EXPLANATION,
        "ipa:T02:HUI-01:1": AskedKind.DISCUSS,
    }


def test_what_was_decided_is_not_asked_until_the_plan_moves_again(world: World) -> None:
    made = Act(kind="rebaseline", about="UIT-01", by=PROJECT_LEAD, reason="Zo is het besproken")
    at = world.app.moment("2026-02-06").at
    world.app.database.write(lambda session: decide(session, "ipa", made, at=at))
    decided = drafted(world, "2026-02-06")
    world.answer("2026-02-09", "SZW", {"recommendation": "UIT-01", "status": "in_progress", "planned_on": "2028-07-01"})
    world.run("2026-02-09")
    moved = drafted(world, "2026-02-09")

    assert "ipa:T04:UIT-01:1" in {about(point.asked) for point in drafted(world, "2026-02-05").points}
    assert {point.asked.card.signal.dossier for point in decided.points if point.asked.card} == {"HUI-M3", "HUI-01"}
    assert "ipa:T04:UIT-01:1" in {about(point.asked) for point in moved.points}


def test_a_request_that_stays_open_is_asked_last(world: World) -> None:
    world.run("2026-04-01")  # Nobody answered 2025-Q4: the ministries hear that the projectleider will see it,
    world.run("2026-06-10")  # who sees it now, and has ten working days.

    early, points = drafted(world, "2026-06-23").points, drafted(world, "2026-06-24").points

    assert AskedKind.CALL_MINISTRY not in {point.asked.kind for point in early}
    assert points[-1].asked.kind is AskedKind.CALL_MINISTRY
    assert points[-1].asked.request is not None


def test_each_matter_is_one_point_without_codes_of_ours(world: World) -> None:
    for day in ("2026-03-09", "2026-03-11", "2026-03-18", "2026-04-02"):
        world.run(day)

    text = Renderer().render_agenda(drafted(world, "2026-04-02"))

    assert text.count("BZK") == 1
    assert "Spreek af dat BZK uitvraag 2025-Q4 alsnog beantwoordt." in text
    assert text.count("HUI-01") == 1
    assert not re.search(r"[A-Z]\d\d:", text)


def test_an_escalation_is_discussed_in_the_words_of_what_it_is_about(world: World) -> None:
    item = drafted(world, "2026-02-05")
    card = next(point.asked.card for point in item.points if point.asked.kind is AskedKind.DISCUSS)
    assert card is not None
    source = SourceCard(rule="T02", subject=card.signal.subject, card=card.subject)
    asked = DecisionAsked(kind=AskedKind.DISCUSS, card=replace(card, subject=replace(card.subject, source=source)))

    text = Renderer().render_agenda(replace(item, points=(AgendaPoint(asked=asked),)))

    assert "Bespreek wat HUI-01 Meer huisvesting realiseren nodig heeft om verder te komen." in text


def test_what_threatens_is_told_once_in_the_digest(world: World) -> None:
    at = world.app.moment("2026-03-02").at

    def upcoming(session: Session) -> list[tuple[str, str]]:
        view = ProgrammeView(session, "ipa", at=at)
        contact = view.contacts(Role.AANJAGER)[0]
        digest = build_digest(view, contact, period="", slot_on=view.on, base_url="")
        return [(card.expectation.rule, card.subject.code) for card in digest.upcoming]

    found = world.app.database.read(upcoming)

    assert ("K01", "2025-Q4:SZW") in found
    assert len(found) == len(set(found))


def test_what_was_released_is_kept_and_comes_back_with_its_day(world: World) -> None:
    made = released(world, "2026-02-05", PROJECT_LEAD)

    assert made.text.startswith("AGENDAPUNT STUURGROEP\n")
    assert f"Vrijgegeven door {PROJECT_LEAD}." in made.text
    at = world.app.moment("2026-02-06").at
    kept = world.app.database.read(lambda session: [row.text for row in agendas.list_released(session, "ipa", at=at)])
    assert kept == [made.text]
    later = drafted(world, "2026-02-06")
    assert {str(point.before_on) for point in later.points} == {"2026-02-05"}
    assert "Dit stond ook op de agenda van donderdag 5 februari 2026." in Renderer().render_agenda(later)


def test_the_stuurgroep_is_never_mailed(world: World) -> None:
    before = world.app.database.read(lambda session: [line.key for line in outbox.list_waiting(session, "ipa")])

    released(world, "2026-02-05", PROJECT_LEAD)
    world.run("2026-02-05")

    assert world.app.database.read(lambda session: [line.key for line in outbox.list_waiting(session, "ipa")]) == before


@pytest.mark.parametrize("by", ["", "szw-main@ministerie.example", "niemand@ipa.example"])
def test_somebody_else_cannot_release_it(world: World, by: str) -> None:
    with pytest.raises(InputRefused):
        released(world, "2026-02-05", by)


def test_the_digest_is_shown_as_the_aanjager_would_get_it(world: World) -> None:
    at = world.app.moment("2026-02-09").at
    shown = world.app.database.read(
        lambda session: show_digest(ProgrammeView(session, "ipa", at=at), world.app.letterhead)
    )
    world.run("2026-02-09")

    sent = next(mail for mail in world.mails() if mail["To"] == shown.recipient)
    assert shown.recipient == "aanjager@ipa.example"
    assert sent["Subject"] == shown.subject
    assert sent.get_body(("plain",)).get_content().splitlines() == shown.text.splitlines()  # type: ignore[union-attr] # it has a text part


def test_without_readers_there_is_no_digest_to_show(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at = world.app.moment("2026-02-09").at
    monkeypatch.setattr(ProgrammeView, "contacts", lambda *_, **__: ())

    with pytest.raises(NobodyOnDuty):
        world.app.database.read(lambda session: show_digest(ProgrammeView(session, "ipa", at=at), world.app.letterhead))

"""Who explains a knelpunt hears when that counts, and sees the explanation again wherever the knelpunt is told."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from ipa_core.cli.screens import explain_lines, signal_lines
from ipa_core.cli.shapes import signal_shape
from ipa_core.render.messages import Renderer
from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from ipa_core.usecases.draft_agenda import draft_agenda
from ipa_core.usecases.show_digest import show_digest
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from ipa_core.reports.signal_cards import SignalCard
    from tests.journeys.world import World

SIGNAL, DROPPED = "ipa:T02:HUI-01:1", "ipa:R02:HUI-M3:1"
VRO, SZW = "vro-main@ministerie.example", "szw-main@ministerie.example"
PROJECT_LEAD = "projectleider@ipa.example"
WAITS = "Nog niet aanvaard door het projectteam."
GIVEN = f"Uitleg van VRO, geldig tot en met 30 juni 2026: De bouw ligt stil door stikstof. {WAITS}"
ACCEPTED = "Uitleg van VRO: De bouw ligt stil door stikstof. Aanvaard tot en met 30 juni 2026: Gezien in het overleg."


def explain(
    world: World,
    as_of: str,
    by: str,
    reason: str = "De bouw ligt stil door stikstof.",
    *,
    about: str = SIGNAL,
    until: date = date(2026, 6, 30),
) -> None:
    said = Act(kind="explain", about=about, by=by, reason=reason, until=until)
    at = world.app.moment(as_of).at
    world.app.database.write(lambda session: decide(session, "ipa", said, at=at))


def card_of(world: World, as_of: str) -> SignalCard:
    (card,) = [card for card in world.signals(as_of) if card.signal.id == SIGNAL]
    return card


def text_of(world: World, as_of: str) -> str:
    return "\n".join(explain_lines(card_of(world, as_of)))


def mail_to(world: World, mailbox: str, form: str = "plain") -> str:
    body = [mail for mail in world.mails() if mail["To"].startswith(mailbox)][-1].get_body((form,))
    assert body is not None
    return re.sub("<[^>]+>", "", str(body.get_content())).replace("\r\n", "\n")


def test_every_telling_of_the_knelpunt_has_the_explanation_and_that_it_waits(opened: World) -> None:
    explain(opened, "2026-02-05", VRO)
    for day in ("2026-02-09", "2026-02-11", "2026-02-18"):
        opened.run(day)

    assert text_of(opened, "2026-02-18").count(GIVEN) == 1
    assert "\n".join(signal_lines(opened.signals("2026-02-18"))).count(GIVEN) == 1
    for form in ("plain", "html"):
        assert mail_to(opened, "vro-coordinator", form).count(GIVEN) == 1


def test_what_was_accepted_says_so_until_its_last_day(opened: World) -> None:
    explain(opened, "2026-02-05", VRO)
    explain(opened, "2026-02-06", PROJECT_LEAD, "Gezien in het overleg")

    assert GIVEN in text_of(opened, "2026-02-05")
    assert GIVEN not in text_of(opened, "2026-02-06")
    assert ACCEPTED in text_of(opened, "2026-06-30")
    assert ACCEPTED not in text_of(opened, "2026-07-01")


def test_the_agenda_and_the_digest_tell_what_they_ask_to_judge(opened: World) -> None:
    explain(opened, "2026-02-05", SZW, about=DROPPED)

    at = opened.app.moment("2026-02-05").at
    draft = opened.app.database.read(lambda session: draft_agenda(ProgrammeView(session, "ipa", at=at)))
    digest = opened.app.database.read(
        lambda session: show_digest(ProgrammeView(session, "ipa", at=at), opened.app.letterhead)
    )

    for text in (Renderer().render_agenda(draft), digest.text):
        assert GIVEN.replace("VRO", "SZW") in " ".join(text.split())


@pytest.mark.parametrize("is_accepted", [True, False])
def test_the_digest_asks_once_to_judge_an_explanation(opened: World, is_accepted: bool) -> None:
    question = "Wilt u de uitleg beoordelen bij HUI-01 Meer huisvesting realiseren?"
    explain(opened, "2026-02-05", VRO)
    opened.run("2026-02-09")
    asked = mail_to(opened, "aanjager")
    if is_accepted:
        explain(opened, "2026-02-10", PROJECT_LEAD, "Gezien in het overleg")
    opened.run("2026-02-16")

    assert asked.count(question) == 1
    assert GIVEN in " ".join(asked.split())
    assert question not in mail_to(opened, "aanjager")


def test_the_json_has_it_as_data(opened: World) -> None:
    explain(opened, "2026-02-05", VRO)

    other = next(card for card in opened.signals("2026-02-06") if card.signal.id != SIGNAL)

    assert signal_shape(other)["explanation"] is None
    assert signal_shape(card_of(opened, "2026-02-06"))["explanation"] == {
        "organisation": "VRO",
        "reason": "De bouw ligt stil door stikstof.",
        "given_on": "2026-02-05",
        "until": "2026-06-30",
        "accepted": False,
    }

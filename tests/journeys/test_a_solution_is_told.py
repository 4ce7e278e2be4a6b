"""Who proposed a way out sees it again wherever the knelpunt is told, and nobody hears that nothing was done."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from ipa_core.cli.screens import explain_lines, signal_lines
from ipa_core.cli.shapes import signal_shape
from ipa_core.render.messages import Renderer
from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from ipa_core.usecases.draft_agenda import draft_agenda
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from tests.journeys.world import World

SIGNAL = "ipa:T02:HUI-01:1"
PROPOSED = (
    "Voorgestelde oplossing (OPL-1): Een plan van aanpak naar de Kamer. Uitvoering door VRO, uiterlijk op 1 juni 2026."
)
SENTENCE = "Het dossier zou klaar zijn op 31 december 2024, maar was toen niet afgerond."
DONE = (
    "Oplossing (OPL-1): Een plan van aanpak naar de Kamer. Uitgevoerd door VRO, gemeld op 9 februari 2026. "
    "Terugkijken: 1 september 2026."
)


def act(world: World, as_of: str, said: Act) -> None:
    at = world.app.moment(as_of).at
    world.app.database.write(lambda session: decide(session, "ipa", said, at=at))


def propose(world: World, as_of: str, step: str = "Een plan van aanpak naar de Kamer") -> None:
    proposal = Act(
        kind="propose",
        about=SIGNAL,
        by="vro-main@ministerie.example",
        reason="De gemeenten willen dit",
        next_step=step,
        owner="VRO",
        planned_on=date(2026, 6, 1),
        review_on=date(2026, 9, 1),
    )
    act(world, as_of, proposal)


def explained(world: World, as_of: str) -> str:
    (card,) = [card for card in world.signals(as_of, is_all=True) if card.signal.id == SIGNAL]
    return "\n".join(explain_lines(card))


def block_about(text: str) -> str:
    """Return what a mail says of the signal: from its own line to the next empty one."""
    return text[text.index("T02 termijn verstreken: HUI-01") :].partition("\n\n")[0]


def mail_to(world: World, mailbox: str, *, number: int = -1, form: str = "plain") -> str:
    body = [mail for mail in world.mails() if mail["To"].startswith(mailbox)][number].get_body((form,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_every_telling_of_the_knelpunt_has_the_solution(opened: World) -> None:
    propose(opened, "2026-02-05")
    for day in ("2026-02-09", "2026-02-11", "2026-02-18"):
        opened.run(day)

    assert PROPOSED in block_about(mail_to(opened, "vro-main"))
    assert PROPOSED in block_about(mail_to(opened, "projectleider", number=0))
    to_coordinator = block_about(mail_to(opened, "vro-coordinator"))
    assert PROPOSED in to_coordinator
    assert "Waarom nu: er is een oplossing voorgesteld, en dit signaal is nog niet opgelost." in to_coordinator
    next_reader = "dan leggen wij dit voor aan de projectleider. Een voorstel alleen telt nog niet als oppakken.\n"
    assert next_reader in to_coordinator
    assert PROPOSED in explained(opened, "2026-02-18")
    listed = "\n".join(signal_lines(opened.signals("2026-02-18")))
    assert listed.count(PROPOSED) == 1
    for reader, number in (("vro-main", -1), ("projectleider", 0), ("vro-coordinator", -1)):
        html = mail_to(opened, reader, number=number, form="html")
        assert re.sub("<[^>]+>", "", html).count(PROPOSED) == 1


def test_another_date_and_another_solution_take_the_place_of_the_first(opened: World) -> None:
    propose(opened, "2026-02-05")
    later = Act(
        kind="replan",
        about="OPL-1",
        by="vro-main@ministerie.example",
        reason="De Kamer wil eerst overleg",
        planned_on=date(2026, 7, 1),
    )
    act(opened, "2026-02-09", later)
    replanned = explained(opened, "2026-02-09")
    propose(opened, "2026-02-10", step="Een taskforce huisvesting")

    assert "(OPL-1)" in replanned
    assert "uiterlijk op 1 juli 2026." in replanned
    assert "Voorgestelde oplossing (OPL-2): Een taskforce huisvesting." in explained(opened, "2026-02-10")
    assert "OPL-1" not in explained(opened, "2026-02-10").split("\n\n")[-1]


def test_a_draft_for_the_stuurgroep_tells_it(opened: World) -> None:
    propose(opened, "2026-02-05")

    at = opened.app.moment("2026-02-05").at
    draft = opened.app.database.read(lambda session: draft_agenda(ProgrammeView(session, "ipa", at=at)))
    text = Renderer().render_agenda(draft)

    assert (
        f"Bespreek of de oplossing voor HUI-01 Meer huisvesting realiseren genoeg is.\n   {SENTENCE} {PROPOSED}" in text
    )


def test_what_was_carried_out_says_so_and_what_was_proposed_later_is_not_known_before(opened: World) -> None:
    propose(opened, "2026-02-05")
    act(opened, "2026-02-09", Act(kind="done", about="OPL-1", by="vro-main@ministerie.example", reason="Verstuurd"))

    assert "OPL-1" not in explained(opened, "2026-02-04")
    assert PROPOSED in explained(opened, "2026-02-06")
    assert DONE in explained(opened, "2026-02-09")
    opened.run("2026-02-18")
    to_coordinator = block_about(mail_to(opened, "vro-coordinator"))
    assert DONE in to_coordinator
    assert "Waarom nu: de oplossing is uitgevoerd, en dit signaal is nog niet opgelost." in to_coordinator


def test_the_json_has_it_as_data(opened: World) -> None:
    propose(opened, "2026-02-05")

    (card,) = [card for card in opened.signals("2026-02-06") if card.signal.id == SIGNAL]
    other = next(card for card in opened.signals("2026-02-06") if card.signal.id != SIGNAL)

    assert signal_shape(other)["solution"] is None
    assert signal_shape(card)["solution"] == {
        "code": "OPL-1",
        "what": "Een plan van aanpak naar de Kamer",
        "owner": "VRO",
        "planned_on": "2026-06-01",
        "review_on": "2026-09-01",
        "done_on": None,
    }

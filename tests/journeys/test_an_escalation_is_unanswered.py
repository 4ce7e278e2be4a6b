"""It went over the head of a ministry, and still nobody reacts: the beheerder hears of it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from ipa_core.render.messages import Renderer
from ipa_core.usecases.acts import Act
from tests.cli.conftest import Terminal
from tests.journeys.handovers import load
from tests.journeys.test_a_solution_is_told import act as decide_on
from tests.journeys.test_nobody_takes_it_up import FEBRUARY, SIGNAL, act, run_on, told
from tests.recomputed import events_of, steps_of
from tests.usecases.test_agenda import drafted

if TYPE_CHECKING:
    from tests.journeys.handovers import Folder
    from tests.journeys.world import World

ESCALATED, LATE = "2026-03-04", "2026-03-19"
"""The projectleider hears of the signal on a Wednesday; ten working days pass."""
UNANSWERED = f"ipa:M02:{SIGNAL.removeprefix('ipa:')}:1"
K01, REQUEST = "ipa:K01:2025-Q4:SZW:1", "2025-Q4:SZW"


def escalate(world: World) -> None:
    run_on(world, *FEBRUARY, "2026-03-03", ESCALATED)
    assert (ESCALATED, "project_lead", "projectleider") in told(world, ESCALATED)


def states(world: World, as_of: str, identity: str = UNANSWERED) -> list[str]:
    return [card.signal.state.value for card in world.signals(as_of, is_all=True) if card.signal.id == identity]


def test_the_beheerder_hears_of_an_escalation_to_which_nobody_reacts(opened: World) -> None:
    escalate(opened)
    run_on(opened, "2026-03-18")
    before = states(opened, "2026-03-18")
    run_on(opened, LATE, "2026-03-20", "2026-03-26")

    assert (before, states(opened, LATE)) == ([], ["open"])
    assert told(opened, "2026-03-26", UNANSWERED) == [(LATE, "opening", "beheer")]


def test_a_draft_for_the_stuurgroep_begins_with_the_knelpunt_itself(opened: World) -> None:
    escalate(opened)
    run_on(opened, LATE)

    text = draft_text(opened, f"{LATE}T12:00:00+01:00")
    proposal = Act(
        kind="propose",
        about="ipa:V01:POS-05:1",
        by="szw-main@ministerie.example",
        reason="Zo kan het verder",
        next_step="Een brief aan de werkgevers",
        owner="SZW",
        planned_on=date(2026, 6, 1),
        review_on=date(2026, 9, 1),
    )
    decide_on(opened, f"{LATE}T13:00:00+01:00", proposal)
    with_proposal = draft_text(opened, f"{LATE}T14:00:00+01:00")

    knelpunt = r"Sinds 30 juni 2024 veranderde er niets, terwijl er wel \d+ opgaven kwamen\."
    assert re.search(rf"{knelpunt} Op 4 maart 2026 is het signaal ‘stilstand’ bij POS-05 hogerop gemeld\.", text)
    assert "Bespreek wat POS-05 Landelijk netwerk van informatiepunten nodig heeft" in text
    assert "Bespreek of de oplossing voor POS-05 Landelijk netwerk van informatiepunten genoeg is." in with_proposal
    assert "uitgesteld. Voorgestelde oplossing (OPL-1): Een brief aan de werkgevers." in with_proposal


def draft_text(world: World, as_of: str) -> str:
    return " ".join(Renderer().render_agenda(drafted(world, as_of)).split())


def test_whoever_reacts_in_time_has_answered_it(opened: World) -> None:
    escalate(opened)
    act(opened, "2026-03-05T12:00:00+01:00", "acknowledge", next_step="Brief", until=date(2026, 3, 18))
    run_on(opened, LATE)

    assert states(opened, LATE) == []


def test_a_reaction_that_comes_late_solves_it_at_once(opened: World) -> None:
    escalate(opened)
    run_on(opened, LATE)
    act(opened, f"{LATE}T12:00:00+01:00", "snooze", until=date(2026, 3, 26))

    assert states(opened, f"{LATE}T12:00:00+01:00") == ["resolved"]


def test_an_escalation_of_a_request_waits_for_a_reaction_to_the_late_answer(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-04-02")
    (escalated_on,) = [on for on, rung, _ in opened.sent("2026-04-02", REQUEST) if rung == "E1"]

    unanswered = f"ipa:M02:{K01.removeprefix('ipa:')}:1"
    (card,) = [card for card in opened.signals("2026-04-02") if card.signal.id == unanswered]

    assert (escalated_on, card.signal.opened_on) == ("2026-03-18", date(2026, 4, 2))
    assert told(opened, "2026-04-02", unanswered) == [("2026-04-02", "opening", "beheer")]


def test_another_term_counts_from_the_same_escalation(opened: World, folder: Folder) -> None:
    escalate(opened)
    programme = folder.path / "programme.toml"
    term = '[[thresholds.M02]]\nvalid_from = 2026-01-01\ndecision = "Besluit van het projectteam"\nwithin = 5\n'
    programme.write_text(f"{programme.read_text('utf-8')}\n{term}", "utf-8")
    load(opened, folder, "2026-03-12")
    run_on(opened, "2026-03-12")

    (card,) = [card for card in opened.signals("2026-03-12") if card.signal.id == UNANSWERED]
    assert (card.signal.opened_on, card.signal.row.expectation.day("last_good_on")) == (
        date(2026, 3, 12),
        date(2026, 3, 11),
    )


def test_whoever_has_only_the_explanation_finds_the_same_day_and_weight(opened: World) -> None:
    escalate(opened)
    run_on(opened, LATE)

    document = Terminal(opened.home, opened.database_url).ask("explain", UNANSWERED, "--as-of", LATE)

    (ground,) = document["grounds"]
    assert steps_of("M02", ground) == [(date.fromisoformat(one["on"]), one["severity"]) for one in ground["steps"]]
    assert events_of(document) == [(date.fromisoformat(LATE), "critical")]
    assert (document["opened_on"], document["severity"]) == (LATE, "critical")

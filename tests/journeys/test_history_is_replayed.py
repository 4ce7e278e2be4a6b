"""The real history: what replay finds is what runs would have found, whenever they ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.app import SHIPPED
from ipa_core.intake.known_knelpunten import read_known_knelpunten
from ipa_core.usecases.replay_history import Replay, replay_history
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from tests.journeys.world import World

LAST = "2026-02-04"


def replayed(world: World, as_of: str) -> Replay:
    at = world.app.moment(as_of).at
    truth = read_known_knelpunten(SHIPPED / "known_knelpunten.csv")
    return world.app.database.read(lambda session: replay_history(ProgrammeView(session, "ipa", at=at), truth))


def recorded(world: World, as_of: str) -> list[tuple[str, str, str, str]]:
    """Return what runs found; M01 is about what runs themselves sent, so that replay knows nothing of it."""
    return sorted(
        (card.signal.dossier, card.signal.rule, str(card.signal.opened_on), str(card.signal.resolved_on))
        for card in world.signals(as_of, is_all=True)
        if card.signal.rule != "M01"
    )


def as_recorded(replay: Replay) -> list[tuple[str, str, str, str]]:
    return sorted((one.dossier, one.rule, str(one.opened_on), str(one.resolved_on)) for one in replay.signals)


def test_the_score_agrees_with_the_public_story(world: World) -> None:
    world.app.load(SHIPPED, world.app.moment(LAST).at)

    score = replayed(world, LAST).score

    assert score is not None
    assert (score.known, score.found, score.controls) == (8, 5, 6)
    assert score.missed == ("GEZ-06", "ZIC-03", "ZIC-04")
    assert score.flagged_controls == ()
    assert dict(score.lead_days) == {"HUI-01": 0, "HUI-02": 266, "HUI-M3": 0, "INS-02": -1, "UIT-01": 0}


def test_one_late_run_finds_what_replay_finds(world: World) -> None:
    world.run(LAST)

    assert recorded(world, LAST) == as_recorded(replayed(world, LAST))


def test_runs_at_odd_moments_over_the_years_find_the_same(world: World) -> None:
    for as_of in (
        "2021-01-04",
        "2021-12-17",
        "2022-07-04",
        "2023-01-05",
        "2024-05-13",
        "2025-01-02",
        "2025-10-30",
        LAST,
    ):
        world.app.load(SHIPPED, world.app.moment(as_of).at) if not world.app.has_programme() else None
        world.app.detect("ipa", world.app.moment(as_of).at)

    assert recorded(world, LAST) == as_recorded(replayed(world, LAST))


def test_a_question_about_an_earlier_moment_is_answered_as_known_then(world: World) -> None:
    world.run(LAST)

    then = {(c.signal.dossier, c.signal.rule, str(c.signal.severity)) for c in world.signals("2024-12-31")}

    assert ("UIT-01", "T06", "high") in then
    assert ("UIT-01", "T04", "high") in then
    assert not {one for one in then if one[1] == "T07"}

"""Other thresholds, another ladder or other days are tried before they count: what is shown is what then happens."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.app import IN_MEMORY, SHIPPED
from ipa_core.intake.trial_toml import read_trial
from ipa_core.reports.policy_trials import DifferenceKind, MessageOutlook, SignalOutlook
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.signal_cards import build_upcoming
from ipa_core.usecases.views import ProgrammeView
from tests.conftest import copied
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from ipa_core.reports.policy_trials import Difference, PolicyTrial
    from ipa_core.usecases.replay_history import ReplayedSignal

DAY = "2026-02-18"

OTHER_VALUES = """
[[thresholds.V01]]
valid_from = 2020-01-01
decision = "Sneller kijken"
reports = 1
low_after = 20
medium_after = 40
high_after = 60

[[thresholds.T04]]
valid_from = 2020-01-01
decision = "Minder snel"
drift_days = 760
high_drift_days = 800
critical_above_days = 900

[[thresholds.T03]]
valid_from = 2020-01-01
decision = "Later vragen"
low_after = 1500

[[ladders.request]]
valid_from = 2020-01-01
decision = "Later herinneren"
h1 = -8
"""

OTHER_DAYS = """
[[closed_day]]
on = 2026-02-19
name = "Studiedag"

[[closed_day]]
on = 2026-03-05
name = "Studiedag"
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def twins(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Return two monitors in which the same happened so far."""
    with (
        copied(request, request.param, tmp_path / "one") as one,
        copied(request, request.param, tmp_path / "two") as two,
    ):
        worlds = World(tmp_path / "one", one), World(tmp_path / "two", two)
        yield worlds
        for world in worlds:
            world.app.database.close()


def test_what_was_shown_is_what_happens(twins: tuple[World, World], tmp_path: Path) -> None:
    stays, changes = twins
    at = stays.app.moment(DAY).at

    shown = tried(stays, OTHER_VALUES + OTHER_DAYS, tmp_path, at)
    stays.run(DAY)
    changes.app.load(changed_folder(tmp_path), at)
    changes.run(DAY)

    assert shown.now is not None
    assert as_shown(shown.now.signals) == differing(open_signals(stays), open_signals(changes))
    assert as_shown(shown.now.upcoming) == differing(waiting(stays), waiting(changes))
    assert as_shown(shown.now.messages) == differing(going(stays), going(changes))
    assert {one.kind for one in shown.now.signals} == set(DifferenceKind)
    assert {one.kind for one in shown.now.messages} == {DifferenceKind.APPEARS, DifferenceKind.MOVES}


def test_the_history_that_was_shown_is_that_of_a_programme_that_always_had_it(tmp_path: Path) -> None:
    always, never = a_world_in_memory(tmp_path), a_world_in_memory(tmp_path)
    at = never.app.moment(DAY).at
    always.app.load(changed_folder(tmp_path), at)
    never.app.load(SHIPPED, at)

    shown = tried(never, OTHER_VALUES + OTHER_DAYS, tmp_path, at).history

    found, would_find = replayed(never, at), replayed(always, at)
    assert {episode(one.before) for one in shown if one.before} == found - would_find
    assert {episode(one.after) for one in shown if one.after} == would_find - found
    assert {one.kind for one in shown} == set(DifferenceKind)


def test_values_that_count_from_tomorrow_change_nothing_yet(tmp_path: Path) -> None:
    world = a_world_in_memory(tmp_path)
    at = world.app.moment(DAY).at
    world.app.load(SHIPPED, at)

    shown = tried(world, OTHER_VALUES.replace("2020-01-01", "2026-02-19"), tmp_path, at)

    assert shown.now is not None
    assert (shown.now.signals, shown.now.messages, shown.history) == ((), (), ())
    assert shown.now.upcoming == ()


def test_what_comes_anyway_is_no_difference_right_after_a_repeat_went(tmp_path: Path) -> None:
    world = World(tmp_path)
    for day in ("2026-02-04", "2026-02-11"):
        world.run(day)
    at = world.app.moment("2026-02-11").at

    shown = tried(world, "[[ladders.signal]]\ncoordinator = 12\n", tmp_path, at).now
    nothing = tried(world, "[[ladders.signal]]\nvalid_from = 2030-01-01\ncoordinator = 12\n", tmp_path, at).now
    world.app.database.close()

    assert shown is not None
    assert {(one.kind, one.newest.rung) for one in shown.messages} == {(DifferenceKind.MOVES, "coordinator")}
    assert nothing is not None
    assert nothing.messages == ()


def tried(world: World, change: str, folder: Path, at: datetime) -> PolicyTrial:
    file = folder / "proef.toml"
    file.write_text(change, "utf-8")
    return world.app.try_policy("ipa", read_trial(file), at)


def changed_folder(folder: Path) -> Path:
    """Return the shipped programme with all of the change in the files where it belongs."""
    shutil.copytree(SHIPPED, folder / "ipa")
    for name, added in (("programme.toml", OTHER_VALUES), ("calendar.toml", OTHER_DAYS)):
        file = folder / "ipa" / name
        file.write_text(file.read_text("utf-8") + added, "utf-8")
    return folder / "ipa"


def a_world_in_memory(folder: Path) -> World:
    return World(folder / "nowhere", IN_MEMORY)


def open_signals(world: World) -> dict[str, object]:
    return {
        card.signal.id: (card.signal.opened_on, card.signal.severity, card.expectation.steps)
        for card in world.signals(DAY)
    }


def waiting(world: World) -> dict[str, object]:
    """Return the days on which something breaks that is not open yet."""
    at = world.app.moment(DAY).at
    cards = world.app.database.read(
        lambda session: build_upcoming(ProgrammeView(session, "ipa", at=at), until=at.date().replace(year=2100))
    )
    is_open = {(card.signal.rule, card.signal.subject.code) for card in world.signals(DAY)}
    found: dict[str, tuple[object, ...]] = {}
    for card in cards:
        if (card.expectation.rule, card.subject.code) not in is_open and card.expectation.rule != "M01":
            key = f"{card.expectation.rule}:{card.subject.code}"
            found[key] = (*found.get(key, ()), card.step)
    return {key: (None, None, steps) for key, steps in found.items()}


def going(world: World) -> dict[str, object]:
    gone = ("planned", "queued", "handed_over", "retrying")
    return {line.key: line.planned_on for line in world.messages(DAY) if line.recipient and line.state in gone}


def differing(before: dict[str, object], after: dict[str, object]) -> dict[str, tuple[object, object]]:
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {key: (before.get(key), after.get(key)) for key in keys}


def as_shown(found: Sequence[Difference[Any]]) -> dict[str, tuple[object, object]]:
    return {one.key: (value(one.before), value(one.after)) for one in found}


def value(outlook: SignalOutlook | MessageOutlook | None) -> object:
    if isinstance(outlook, SignalOutlook):
        return outlook.opened_on, outlook.severity, outlook.steps
    return outlook.planned_on if outlook is not None else None


def replayed(world: World, at: datetime) -> set[tuple[object, ...]]:
    replay = world.app.database.read(lambda session: replay_history(ProgrammeView(session, "ipa", at=at), None))
    return {episode(one) for one in replay.signals}


def episode(one: ReplayedSignal | SignalOutlook) -> tuple[object, ...]:
    return one.rule, one.subject, one.opened_on, one.resolved_on, one.severity, one.steps

"""Why the reference model lets something stay behind, and which weeks have a digest."""

from __future__ import annotations

import pytest

from ipa_core.domain.moments import at_time, day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.simulation.reference import expected
from ipa_core.simulation.stories import Fold, Reason, Story
from tests.simulation.small_stories import (
    SEEN_AT,
    SNOOZE,
    a_life,
    a_pause,
    a_story,
    a_turn,
    asked,
    at,
    day,
    days,
    mornings,
    without,
)


@pytest.mark.parametrize(
    ("story", "why"),
    [
        pytest.param(
            a_story(requests=(asked(settled="03-11"),), runs=mornings(down=days("03-03", "03-10"))),
            {"H2": Reason.OVERTAKEN, "L1": Reason.ANSWERED, "L2": Reason.ANSWERED, "E1": Reason.ANSWERED},
            id="overtaken, and answered",
        ),
        pytest.param(
            a_story(requests=(asked(opened=at("04-10", 9), due="05-15"),), contacts=without(Role.MAIN, Role.DEPUTY)),
            {"O": Reason.NOBODY} | dict.fromkeys(("H1", "H2", "H3", "L1", "L2", "E1"), Reason.WAITING),
            id="nobody on duty, and not yet",
        ),
        pytest.param(
            a_story(requests=(asked(),), runs=mornings(down=days("03-16", "04-17"))),
            {"L2": Reason.WAITING, "E1": Reason.WAITING},
            id="no mail",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-10"),)),
            {"coordinator": Reason.SOLVED, "project_lead": Reason.SOLVED},
            id="solved",
        ),
        pytest.param(
            a_story(lives=(a_life(pauses=(a_pause(SNOOZE, "02-20", "04-30"),)),)),
            {"project_lead": Reason.PAUSED},
            id="put off",
        ),
        pytest.param(
            a_story(lives=(a_life(folds=(Fold(since=at("02-01")),)),)), {"opening": Reason.FOLDED}, id="folded"
        ),
        pytest.param(
            a_story(
                lives=(a_life(Severity.MEDIUM, a_turn(ChangeKind.LOWERED, Severity.LOW, mornings()[-1].at)),),
                runs=mornings(down=days("02-01", "04-17")),
            ),
            {"opening": Reason.LIGHTER},
            id="lighter now",
        ),
        pytest.param(
            a_story(lives=(a_life(),), contacts=without(Role.COORDINATOR)),
            {"coordinator": Reason.OVERTAKEN},
            id="a rung that had no reader",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.MEDIUM, a_turn(ChangeKind.RESOLVED, Severity.MEDIUM, SEEN_AT)),)),
            {},
            id="opened and solved between two runs",
        ),
    ],
)
def test_what_did_not_go_has_its_reason(story: Story, why: dict[str, Reason]) -> None:
    assert {key.rpartition(":")[2]: reason for key, reason in expected(story).withheld.items()} == why


@pytest.mark.parametrize(
    ("story", "must"),
    [
        pytest.param(
            a_story(lives=(a_life(seen=mornings()[0].at, solved="02-10"),)),
            # The first one tells what the first run found. Then only the end of the signal is news.
            ["01-12 2026-W03", "02-02 2026-W06", "02-16 2026-W08", "03-02 2026-W10", "04-06 2026-W15"],
            id="on the first digest day after the first run, with news, and once a month without",
        ),
        pytest.param(
            a_story(lives=(a_life(),), free="02-09", runs=mornings(dark=days("02-09", "02-09"))[:27]),
            ["01-12 2026-W03", "02-02 2026-W06"],
            id="what the run of that morning finds is in it",
        ),
        pytest.param(
            a_story(
                lives=(a_life(seen=at_time(day("02-03"), 9, 5)),),
                free="02-09",
                runs=mornings(dark=days("02-09", "02-09"))[:27],
            ),
            ["01-12 2026-W03", "02-02 2026-W06", "02-10 2026-W07"],
            id="on the first working day of the week",
        ),
        pytest.param(
            a_story(lives=(a_life(seen=at_time(day("02-03"), 9, 5), folds=(Fold(since=at("02-01")),)),)),
            ["01-12 2026-W03", "02-02 2026-W06", "03-02 2026-W10", "04-06 2026-W15"],
            id="what stands under another one is no news",
        ),
        pytest.param(
            a_story(lives=(a_life(),), runs=mornings(down=days("01-10", "02-17"))[:36]),
            ["02-18 2026-W08"],
            id="one digest after six weeks without mail, for the latest week",
        ),
    ],
)
def test_a_digest_goes_each_week_that_has_news(story: Story, must: list[str]) -> None:
    went = [(f"{day_of(one.at):%m-%d}", *one.key.split(":")[1:]) for one in expected(story).digests]

    assert [f"{on} {week}" for on, week, mailbox in went if mailbox == "aanjager@ministerie.example"] == must
    assert [f"{on} {week}" for on, week, mailbox in went if mailbox == "project_lead@ministerie.example"] == must

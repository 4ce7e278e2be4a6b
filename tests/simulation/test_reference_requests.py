"""What the reference model says about requests: the days are worked out by hand."""

from __future__ import annotations

import pytest

from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.moments import at_time
from ipa_core.domain.organisations import Role
from ipa_core.simulation.stories import Life, Pause, Run, Story
from tests.simulation.small_stories import (
    ACKNOWLEDGE,
    FULL_LADDER,
    SNOOZE,
    a_life,
    a_pause,
    a_story,
    asked,
    at,
    day,
    days,
    mornings,
    on_duty,
    told,
    without,
)


def unanswered(*pauses: Pause) -> Life:
    """Return the signal that the request is unanswered, opened on the day after the grace."""
    seen = at_time(day("03-12"), 9, 5)
    return a_life(rule="K01", seen=seen, subject=SubjectKind.REQUEST, dossier="2026-01:SZW", pauses=pauses)


def died(on: str, *answered: str) -> Run:
    """Return a run that died when the server had answered to these mailboxes."""
    return Run(at=at(on, 9), is_mail_up=True, died_after=frozenset(f"{name}@ministerie.example" for name in answered))


@pytest.mark.parametrize(
    ("story", "must"),
    [
        pytest.param(a_story(requests=(asked(),)), FULL_LADDER, id="nobody ever answers"),
        pytest.param(
            a_story(requests=(asked(due="02-16"),)),
            # Ten working days is fewer than fifteen: no H1, though its day would be that of the opening anyway.
            # D-3 is Wednesday 11, D+3 Thursday 19, D+5 Monday 23 February, D+10 Monday 2 March.
            [
                *("02-02 O main", "02-11 H2 main", "02-16 H3 main", "02-19 L1 main", "02-19 L1 deputy"),
                *("02-23 L2 main", "02-23 L2 deputy", "02-23 L2 coordinator", "03-02 E1 project_lead"),
            ],
            id="a short round has one reminder less",
        ),
        pytest.param(
            a_story(requests=(asked(due="02-20"),)),
            # 14 working days; D-10 is Friday 6 February, after the opening, and still left out.
            [
                *("02-02 O main", "02-17 H2 main", "02-20 H3 main", "02-25 L1 main", "02-25 L1 deputy"),
                *("02-27 L2 main", "02-27 L2 deputy", "02-27 L2 coordinator", "03-06 E1 project_lead"),
            ],
            id="in a short round also when its day would come",
        ),
        pytest.param(
            a_story(requests=(asked(settled="03-05"),)), FULL_LADDER[:3], id="answered after the second reminder"
        ),
        pytest.param(a_story(requests=(asked(settled="03-18"),)), FULL_LADDER[:9], id="answered after the notice"),
        pytest.param(
            a_story(requests=(asked(grace=4),)),
            # The grace ends with D+4, Friday 13 March: L1 on Monday 16, L2 and E1 two and seven days later.
            [
                *FULL_LADDER[:4],
                *("03-16 L1 main", "03-16 L1 deputy"),
                *("03-18 L2 main", "03-18 L2 deputy", "03-18 L2 coordinator", "03-25 E1 project_lead"),
            ],
            id="late is late after the grace",
        ),
        pytest.param(
            a_story(requests=(asked(settled="03-09"),), free="03-04", runs=mornings(dark=days("03-04", "03-04"))),
            # The tenth working day before 9 March is now Friday 20 February, the third one Tuesday 3 March.
            ["02-02 O main", "02-20 H1 main", "03-03 H2 main", "03-09 H3 main"],
            id="a free day moves the days before it",
        ),
        pytest.param(
            a_story(requests=(asked(),), runs=mornings(dark=days("02-24", "03-25"))),
            # On Thursday 26 March E1 is due as well, but its notice never went. Five working days later is 2 April.
            [
                *FULL_LADDER[:2],
                *("03-26 L2 main", "03-26 L2 deputy", "03-26 L2 coordinator", "04-02 E1 project_lead"),
            ],
            id="after thirty days down the notice goes, and the escalation waits for it",
        ),
        pytest.param(
            a_story(requests=(asked(),), runs=mornings(dark=days("03-17", "03-31"))),
            [*FULL_LADDER[:9], "04-01 E1 project_lead"],
            id="an escalation whose notice went long ago goes at once",
        ),
        pytest.param(
            a_story(requests=(asked(settled="03-11"),), runs=mornings(down=days("03-03", "03-10"))),
            [*FULL_LADDER[:2], "03-11 H3 main"],
            id="without mail it waits, and only the latest reminder goes",
        ),
        pytest.param(
            a_story(requests=(asked(opened=at("01-31", 10), settled="02-10"),)),
            ["02-02 O main"],
            id="a round that opens on a Saturday is told on Monday",
        ),
        pytest.param(
            a_story(requests=(asked(opened=at("03-07", 10), due="03-12", settled="03-11"),)),
            # The third working day before Thursday 12 March is Monday 9 March.
            ["03-09 O main"],
            id="with the request itself comes no reminder",
        ),
        pytest.param(
            a_story(requests=(asked(settled="03-05"),), contacts=without(Role.MAIN)),
            ["02-02 O deputy", "02-23 H1 deputy", "03-04 H2 deputy"],
            id="without a main contact the deputy gets it",
        ),
        pytest.param(
            a_story(
                requests=(asked(settled="03-05"),),
                contacts=(
                    *without(Role.MAIN, Role.DEPUTY),
                    on_duty(Role.MAIN, until="02-27"),
                    on_duty(Role.MAIN, since="02-28", name="new"),
                ),
            ),
            ["02-02 O main", "02-23 H1 main", "03-04 H2 new"],
            id="who comes after gets what comes after",
        ),
        pytest.param(
            a_story(
                requests=(asked(settled="03-05"),),
                contacts=(*without(Role.MAIN, Role.DEPUTY), on_duty(Role.MAIN, since="02-25")),
            ),
            ["02-25 H1 main", "03-04 H2 main"],
            id="with nobody on duty it waits for somebody",
        ),
        pytest.param(
            a_story(requests=(asked(settled="02-24"),), refused="main"),
            # The run on the morning after knows that it failed.
            ["02-03 O deputy", "02-24 H1 deputy"],
            id="what the server refuses goes to the deputy",
        ),
        pytest.param(
            a_story(requests=(asked(opened=at("03-10", 9), due="03-12", settled="03-18"),), refused="main"),
            # The deputy gets L1 on Tuesday 17 March as well as the main contact, and so not once more.
            ["03-11 O deputy", "03-13 H3 deputy", "03-17 L1 deputy"],
            id="and only what the deputy did not get already",
        ),
        pytest.param(
            a_story(
                requests=(asked(settled="02-20"),),
                refused="main",
                runs=(died("02-02", "main"), Run(at=at("02-02", 10), is_mail_up=True)),
            ),
            ["02-02 O deputy"],
            id="a run that died knows what was refused by then",
        ),
        pytest.param(
            a_story(requests=(asked(settled="02-20"),), runs=(died("02-02"), Run(at=at("02-03", 10), is_mail_up=True))),
            ["02-03 O main"],
            id="what a run that died did not reach goes the next time",
        ),
        pytest.param(
            a_story(requests=(asked(),), lives=(unanswered(a_pause(ACKNOWLEDGE, "03-12", "03-18")),)),
            # D+5 without Thursday 12 to Wednesday 18 March is Monday 23, D+10 Monday 30 March.
            [
                *FULL_LADDER[:6],
                *("03-23 L2 main", "03-23 L2 deputy", "03-23 L2 coordinator", "03-30 E1 project_lead"),
            ],
            id="while somebody has it in hand nothing late goes, and those days do not count",
        ),
        pytest.param(
            a_story(
                requests=(asked(),),
                lives=(unanswered(a_pause(SNOOZE, "03-17", "03-18")),),
                runs=mornings(down=days("03-16", "03-18")),
            ),
            # The notice went on Thursday 19; five working days later is Thursday 26 March.
            [
                *FULL_LADDER[:6],
                *("03-19 L2 main", "03-19 L2 deputy", "03-19 L2 coordinator", "03-26 E1 project_lead"),
            ],
            id="a pause before a notice that was late does not count twice",
        ),
        pytest.param(
            a_story(
                requests=(asked(settled="03-25"),),
                lives=(unanswered(a_pause(SNOOZE, "03-18", "03-24")),),
                runs=mornings(down=days("03-04", "03-17")),
            ),
            [*FULL_LADDER[:2], "03-18 L2 main", "03-18 L2 deputy", "03-18 L2 coordinator"],
            id="what a notice overtook does not go while that notice waits for an answer",
        ),
    ],
)
def test_a_request(story: Story, must: list[str]) -> None:
    assert told(story) == must

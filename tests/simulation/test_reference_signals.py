"""What the reference model says about signals: the days are worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.moments import at_time, day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.simulation.reference import expected
from ipa_core.simulation.stories import Fold, Run, Story
from tests.simulation.small_stories import (
    ACKNOWLEDGE,
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
    raised,
    short,
    told,
    without,
)

OPENED = "02-02 opening main"
UP_TO_THE_COORDINATOR = [OPENED, "02-09 repeat main", "02-16 repeat main#2", "02-16 coordinator coordinator"]
CRITICAL = ["critical project_lead", "critical aanjager"]


@pytest.mark.parametrize(
    ("story", "must"),
    [
        pytest.param(
            a_story(lives=(a_life(),)),
            [
                *UP_TO_THE_COORDINATOR,
                *("02-23 repeat main#3", "03-02 repeat main#4", "03-02 project_lead project_lead"),
            ],
            id="nobody takes it up: four repeats and two rungs",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-17"),)),
            [*UP_TO_THE_COORDINATOR, "02-17 solved coordinator", "02-17 solved main"],
            id="everybody who heard of it hears the end, once",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-06"),), runs=mornings(down=days("02-01", "02-10"))),
            [],
            id="what was solved before anybody heard is told to nobody",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="03-05"),), runs=mornings(down=days("02-01", "02-13"))),
            # Ten working days after Monday 16 February is Monday 2 March.
            [
                *("02-16 opening main", "02-23 repeat main", "03-02 repeat main#2", "03-02 coordinator coordinator"),
                *("03-05 solved coordinator", "03-05 solved main"),
            ],
            id="a ladder counts from the hand-over of its opening",
        ),
        pytest.param(
            a_story(lives=(a_life(),), runs=mornings(dark=days("02-03", "03-30"))),
            # The projectleider ten working days after the coordinator of Tuesday 31 March.
            [
                *(OPENED, "03-31 repeat main", "03-31 coordinator coordinator", "04-07 repeat main#2"),
                *("04-14 repeat main#3", "04-14 project_lead project_lead"),
            ],
            id="after eight weeks down one repeat goes and the lowest rung",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="03-03"),), contacts=without(Role.COORDINATOR)),
            [
                *(OPENED, "02-09 repeat main", "02-16 repeat main#2", "02-23 repeat main#3"),
                *("03-02 repeat main#4", "03-02 project_lead project_lead"),
                *("03-03 solved main", "03-03 solved project_lead"),
            ],
            id="a rung without a reader holds up nothing",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-25", pauses=(a_pause(ACKNOWLEDGE, "02-04", "02-11"),)),)),
            # Open after the opening: 3, 12, 13, 16 and 17 February are five days, 18-20, 23 and 24 make ten.
            [
                *(OPENED, "02-17 repeat main", "02-24 repeat main#2", "02-24 coordinator coordinator"),
                *("02-25 solved coordinator", "02-25 solved main"),
            ],
            id="who takes it up stops the clock, and it goes on at the same rung",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-26", pauses=(a_pause(ACKNOWLEDGE, "02-04", "02-11", "02-06"),)),)),
            # Five and ten working days after 11 February, the last day of the acknowledgement.
            [
                *(OPENED, "02-18 repeat main", "02-25 repeat main#2", "02-25 coordinator coordinator"),
                *("02-26 solved coordinator", "02-26 solved main"),
            ],
            id="something moved meanwhile, so the wait begins anew",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        solved="02-16",
                        pauses=(a_pause(ACKNOWLEDGE, "02-04", "02-18"), a_pause(ACKNOWLEDGE, "02-06", "02-09")),
                    ),
                )
            ),
            # Open: 3 and 10 to 13 February.
            [OPENED, "02-13 repeat main", "02-16 solved main"],
            id="a later decision takes the place of the one before",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-20", pauses=(a_pause(SNOOZE, "02-04", "02-11"),)),)),
            [OPENED, "02-12 snooze_ended main", "02-19 repeat main", "02-20 solved main"],
            id="the end of a snooze is told, and the next repeat counts from there",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        solved="02-17", pauses=(a_pause(SNOOZE, "02-04", "02-06"), a_pause(SNOOZE, "02-05", "02-12"))
                    ),
                )
            ),
            [OPENED, "02-13 snooze_ended main#2", "02-17 solved main"],
            id="of a snooze and its renewal one end is told: that of the second",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        *(Severity.MEDIUM, raised(Severity.HIGH, "02-12")),
                        solved="02-20",
                        pauses=(a_pause(SNOOZE, "02-04", "02-25"),),
                    ),
                )
            ),
            [OPENED, "02-12 worse main", "02-12 snooze_ended main", "02-19 repeat main", "02-20 solved main"],
            id="a snooze ends early when it weighs more",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        solved="02-20",
                        pauses=(a_pause(SNOOZE, "02-04", "02-11"), a_pause(ACKNOWLEDGE, "02-11", "02-18")),
                    ),
                )
            ),
            # Open: 3, 19 and 20 February.
            [OPENED, "02-20 solved main"],
            id="a snooze that somebody took over is not told as over",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-17", pauses=(a_pause(ACKNOWLEDGE, "01-30", "02-11"),)),)),
            ["02-12 opening main", "02-17 solved main"],
            id="what was taken up before its opening waits",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-10", pauses=(a_pause(SNOOZE, "01-30", "02-04"),)),)),
            ["02-05 opening main", "02-10 solved main"],
            id="the opening tells enough about a snooze before it",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.MEDIUM, raised(Severity.HIGH, "02-05"), solved="02-11"),)),
            # The repeat of Monday 9 February comes five days after the news of Thursday.
            [OPENED, "02-05 worse main", "02-11 solved main"],
            id="what weighs more is told at once",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.CRITICAL, solved="02-03"),)),
            [
                *(OPENED, *(f"02-02 {one}" for one in CRITICAL)),
                *("02-03 solved aanjager", "02-03 solved main", "02-03 solved project_lead"),
            ],
            id="critical is told to the projectleider and the aanjager at once",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.HIGH, raised(Severity.CRITICAL, "02-04")),), runs=mornings()[:24]),
            [OPENED, "02-04 worse main", *(f"02-04 {one}" for one in CRITICAL)],
            id="so is what became critical",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.CRITICAL, seen=mornings()[0].at, solved="01-20"),)),
            # Ten working days after Monday 5 January is Monday 19 January.
            [
                *("01-05 opening main", "01-12 repeat main", "01-19 repeat main#2", "01-19 coordinator coordinator"),
                *("01-20 solved coordinator", "01-20 solved main"),
            ],
            id="what the first run finds escalates to nobody, however heavy",
        ),
        pytest.param(
            a_story(lives=(a_life(folds=(Fold(since=at("02-01"), until=at("02-10")),), solved="02-12"),)),
            ["02-11 opening main", "02-12 solved main"],
            id="what stands under another one is silent",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(solved="02-03"),
                    a_life(seen=at_time(day("02-05"), 9, 5), kind=ChangeKind.CAME_BACK, episode=2, solved="02-11"),
                )
            ),
            # Told again five working days after Monday 2 February; its end five after Wednesday 11 February.
            [OPENED, "02-03 solved main", "02-09 opening main", "02-18 solved main"],
            id="what comes and goes is told at a calm pace",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(solved="02-04"),
                    a_life(seen=at_time(day("02-05"), 9, 5), kind=ChangeKind.CAME_BACK, episode=2, solved="02-11"),
                ),
                runs=mornings(down=days("02-03", "02-08")),
            ),
            [OPENED, "02-09 opening main", "02-18 solved main"],
            id="who hears that it is back does not hear that it was solved",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(solved="02-05"),
                    a_life(seen=at_time(day("02-09"), 9, 5), kind=ChangeKind.CAME_BACK, episode=2, solved="02-11"),
                    a_life(seen=at_time(day("02-12"), 9, 5), kind=ChangeKind.CAME_BACK, episode=3, solved="02-20"),
                ),
                refused="main",
            ),
            # The second was refused on Tuesday 10 February, and was solved before the deputy could hear of it.
            ["02-03 opening deputy", "02-05 solved deputy", "02-13 opening deputy", "02-27 solved deputy"],
            id="an opening that nobody got does not hold up the next one",
        ),
        pytest.param(
            a_story(
                lives=(a_life(solved="02-17"),),
                contacts=(
                    *without(Role.MAIN),
                    on_duty(Role.MAIN, until="02-10"),
                    on_duty(Role.MAIN, since="02-11", name="new"),
                ),
            ),
            # The coordinator heard of it on Monday 16 February.
            [
                *(OPENED, "02-09 repeat main", "02-16 repeat new#2", "02-16 coordinator coordinator"),
                *("02-17 solved coordinator", "02-17 solved new"),
            ],
            id="who left hears nothing more, and who came hears what comes",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-10"),), refused="main"),
            ["02-03 opening deputy", "02-10 solved deputy"],
            id="the deputy hears what the main contact could not be told, from the next run on",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="03-06"),), refused="main", runs=mornings(dark=days("02-11", "02-20"))),
            # Refused on Tuesday 10 February, told to the deputy on Monday 23; five working days later is 2 March.
            [
                *("02-03 opening deputy", "02-23 repeat deputy", "02-23 coordinator coordinator"),
                *("03-03 repeat deputy#2", "03-06 solved coordinator", "03-06 solved deputy"),
            ],
            id="and is not told once more on the day after",
        ),
        pytest.param(
            a_story(
                lives=(a_life(solved="02-17", pauses=(a_pause(SNOOZE, "02-02", "02-11"),)),),
                refused="main",
            ),
            ["02-12 opening deputy", "02-17 solved deputy"],
            id="nor that a snooze ended of which nobody had heard",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.MEDIUM, raised(Severity.HIGH, "02-10"), solved="02-17"),), refused="main"),
            # Refused on Tuesday 10 February at high already: the repeat is five working days after Tuesday 3.
            ["02-03 opening deputy", "02-11 worse deputy", "02-17 solved deputy"],
            id="what weighs more on the day of a repeat is told as that",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.MEDIUM, raised(Severity.HIGH, "02-11"), solved="02-17"),), refused="main"),
            ["02-03 opening deputy", "02-11 repeat deputy", "02-17 solved deputy"],
            id="a repeat to the deputy tells what it weighs by then",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        solved="02-20",
                        pauses=(a_pause(SNOOZE, "02-05", "02-06"), a_pause(ACKNOWLEDGE, "02-09", "02-10")),
                    ),
                ),
                refused="main",
            ),
            # The end of the snooze was refused on Monday 9 February, and the signal was taken up that day.
            # Open since Tuesday 3: 4, 11, 12, 13 and 16 February.
            ["02-03 opening deputy", "02-17 repeat deputy", "02-20 solved deputy"],
            id="nothing is counted from what was refused",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        *(Severity.MEDIUM, raised(Severity.HIGH, "02-05")),
                        solved="02-11",
                        pauses=(a_pause(ACKNOWLEDGE, "02-02", "02-06"),),
                    ),
                ),
                refused="main",
            ),
            ["02-09 opening deputy", "02-11 solved deputy"],
            id="what weighs more is told to who heard what it weighed before",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="03-03"),), refused="coordinator"),
            [
                *(OPENED, "02-09 repeat main", "02-16 repeat main#2", "02-23 repeat main#3"),
                *("03-02 repeat main#4", "03-02 project_lead project_lead"),
                *("03-03 solved main", "03-03 solved project_lead"),
            ],
            id="a mailbox that does not exist holds up nothing",
        ),
    ],
)
def test_a_signal_on_a_dossier(story: Story, must: list[str]) -> None:
    assert told(story) == must


@pytest.mark.parametrize(
    ("rule", "subject", "dossier", "mailboxes"),
    [
        ("K01", SubjectKind.REQUEST, "", []),
        ("K02", SubjectKind.REQUEST, "", []),
        ("K03", SubjectKind.RECOMMENDATION, "UIT-01", []),
        ("K04", SubjectKind.ORGANISATION, "", ["coordinator"]),
        ("O01", SubjectKind.RECOMMENDATION, "UIT-01", ["team"]),
        ("G02", SubjectKind.RECOMMENDATION, "UIT-01", ["team"]),
        ("S01", SubjectKind.THEME, "", ["project_lead"]),
        ("S02", SubjectKind.ORGANISATION, "", ["coordinator"]),
        ("S03", SubjectKind.ROOT_CAUSE, "", ["project_lead"]),
        ("O02", SubjectKind.SIGNAL, "", ["project_lead"]),
        ("O02", SubjectKind.SIGNAL, "UIT-01", ["main"]),
        ("O05", SubjectKind.RECOMMENDATION, "UIT-01", []),
        ("M01", SubjectKind.MESSAGE, "", ["beheerder"]),
        ("V05", SubjectKind.RECOMMENDATION, "UIT-01", ["main"]),
    ],
)
def test_each_rule_has_its_addressee(rule: str, subject: SubjectKind, dossier: str, mailboxes: list[str]) -> None:
    life = a_life(Severity.HIGH, rule=rule, subject=subject, dossier=dossier)

    assert told(a_story(lives=(life,), runs=mornings()[:22])) == [f"02-02 opening {mailbox}" for mailbox in mailboxes]


def test_only_a_dossier_of_a_ministry_has_a_ladder() -> None:
    life = a_life(Severity.CRITICAL, rule="K04", subject=SubjectKind.ORGANISATION, dossier="", solved="03-20")

    assert told(a_story(lives=(life,))) == ["02-02 opening coordinator"]


def test_the_first_run_tells_other_addressees_only_of_contacts_and_of_the_engine() -> None:
    found = {
        "K04": SubjectKind.ORGANISATION,
        "M01": SubjectKind.MESSAGE,
        "G02": SubjectKind.RECOMMENDATION,
        "S03": SubjectKind.ROOT_CAUSE,
    }
    lives = tuple(
        a_life(Severity.HIGH, rule=rule, subject=subject, dossier="", seen=mornings()[0].at)
        for rule, subject in found.items()
    )

    assert told(a_story(lives=lives)) == ["01-05 opening coordinator", "01-05 opening beheerder"]


def test_a_light_signal_rides_along_once() -> None:
    light = a_life(Severity.LOW, rule="T03", solved="03-20")
    incomplete = a_life(Severity.LOW, rule="K02", subject=SubjectKind.REQUEST, dossier="")
    waiting = a_life(Severity.LOW, rule="O05", dossier="UIT-02")
    story = a_story(
        lives=(light, incomplete, waiting), requests=(asked(opened=at("02-05", 9), due="03-12", settled="03-05"),)
    )

    must = expected(story)

    assert [short(one) for one in must.mentions] == ["02-05 mention main"] * 2
    assert [one.key.split(":")[2] for one in must.mentions] == ["T03", "K02"]
    assert [short(one) for one in must.items] == ["02-05 O main", "02-26 H1 main"]


def test_a_light_signal_that_becomes_heavier_is_opened() -> None:
    story = a_story(lives=(a_life(Severity.LOW, raised(Severity.MEDIUM, "02-04"), solved="02-06"),))

    assert told(story) == ["02-04 opening main", "02-06 solved main"]


def test_one_bundle_a_day_and_the_rest_on_the_next_working_day() -> None:
    # The projectleider has had his bundle of Monday 23 March when a dossier becomes critical that afternoon.
    late = Run(at=at("03-23", 16), is_mail_up=True)
    runs = tuple(sorted((*mornings(), late), key=lambda run: run.at))
    life = a_life(Severity.CRITICAL, seen=late.at, solved="03-25")

    story = a_story(lives=(life,), requests=(asked(settled="03-24"),), runs=runs)

    assert told(story)[10:] == [
        "03-23 opening main",
        "03-23 critical aanjager",
        "03-24 critical project_lead",
        *("03-25 solved aanjager", "03-25 solved main", "03-25 solved project_lead"),
    ]


def test_a_run_outside_the_window_hands_over_nothing() -> None:
    early = tuple(Run(at=at_time(day_of(run.at), 7), is_mail_up=True) for run in mornings())
    every = tuple(sorted((*early, *mornings()), key=lambda run: run.at))
    story = a_story(requests=(asked(),), lives=(a_life(),))

    assert expected(replace(story, runs=every)).items == expected(story).items
    assert expected(replace(story, runs=early)).items == ()


def test_keys_are_those_of_the_documentation() -> None:
    story = a_story(requests=(asked(opened=at("02-10", 9)),), lives=(a_life(),), runs=mornings()[:31])

    assert [one.key for one in expected(story).items] == [
        "signal:ipa:T02:UIT-01:1:1:opening:main@ministerie.example",
        "signal:ipa:T02:UIT-01:1:1:repeat:main@ministerie.example",
        "request:2026-01:SZW:O:main@ministerie.example",
        "signal:ipa:T02:UIT-01:1:1:repeat:main@ministerie.example#2",
        "signal:ipa:T02:UIT-01:1:1:coordinator:coordinator@ministerie.example",
    ]

"""V04: the ministry says on track, and the facts do not say so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.expectations import Expectation
from ipa_core.domain.folds import fold
from ipa_core.domain.recommendations import Adoption, Milestone
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Rating, Status, StatusUpdate
from ipa_core.rules import rosy_rating
from ipa_core.rules.holding import hold_dossier
from ipa_core.rules.rosy_rating import Rated, Thresholds
from tests.builders import (
    END,
    HIGH,
    LOW,
    MEDIUM,
    a_calendar,
    a_dossier,
    a_history,
    a_recommendation,
    a_timeline,
    an_answer,
    an_expectation,
    an_update,
    evidence_of,
    first_break,
    numbered,
    steps_of,
)

JANUARY, FEBRUARY, MARCH = date(2026, 1, 12), date(2026, 2, 2), date(2026, 3, 2)
APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
LATE = an_expectation((APRIL, MEDIUM), (MAY, HIGH))
SHOWN = ("https://example.org/stcrt-1",)


def rated(on: date, rating: Rating | None = Rating.ON_TRACK, **said: object) -> StatusUpdate:
    return an_answer(on, rating=rating, **{"round_code": f"{on:%Y-%m}", **said})  # type: ignore[arg-type] # the test names the fields


def breaks(*updates: StatusUpdate, facts: tuple[Expectation, ...] = (), rounds: int = 2) -> date | None:
    """Return the day on which a dossier breaks the rule beside what is expected of it."""
    beside = Rated(dossier=a_dossier(*updates), expectations=facts)
    found = list(rosy_rating.expect(beside, Thresholds(rounds=rounds), a_calendar()))
    assert [step.severity for one in found for step in one.steps] == [MEDIUM] * len(found)
    return found[0].steps[0].on if found else None


@pytest.mark.parametrize(
    ("facts", "breaks_on"),
    [
        pytest.param((), None, id="nothing broke"),
        pytest.param((LATE,), APRIL, id="the planned date passes while the rating stands"),
        pytest.param((an_expectation((JANUARY, MEDIUM)),), FEBRUARY, id="it had passed when the rating came"),
        pytest.param((an_expectation((APRIL, HIGH), rule="T06"),), APRIL, id="the planned date vanished"),
        pytest.param((an_expectation((APRIL, LOW), (MAY, MEDIUM), rule="V03"),), APRIL, id="a milestone, at once"),
        pytest.param((LATE, an_expectation((MARCH, LOW), rule="V03")), MARCH, id="what breaks first counts"),
        *(
            pytest.param((an_expectation((APRIL, HIGH), rule=rule),), None, id=f"{rule} says nothing of the rating")
            for rule in ("T04", "T07", "V01", "V05", "G03")
        ),
    ],
)
def test_on_track_does_not_stand_beside_what_broke(facts: tuple[Expectation, ...], breaks_on: date | None) -> None:
    assert breaks(rated(FEBRUARY), facts=facts) == breaks_on


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody gave a rating"),
        pytest.param((rated(FEBRUARY, Rating.AT_RISK),), None, id="at risk"),
        pytest.param((rated(FEBRUARY, Rating.OFF_TRACK),), None, id="off track"),
        pytest.param((rated(FEBRUARY), rated(MARCH, Rating.AT_RISK)), None, id="lowered"),
        pytest.param((rated(FEBRUARY, Rating.AT_RISK), rated(MAY)), MAY, id="raised after it broke"),
        pytest.param((rated(FEBRUARY), rated(MAY, None)), APRIL, id="not said again: it stands"),
        pytest.param((rated(FEBRUARY), rated(MAY, None, is_unchanged=True)), APRIL, id="ticked: it stands"),
        pytest.param((rated(FEBRUARY), rated(MAY)), APRIL, id="said again"),
        pytest.param((rated(FEBRUARY)._replace(milestone="M1"),), None, id="the rating of a milestone is another one"),
        *(
            pytest.param((rated(FEBRUARY, status=status),), None, id=f"{status.value} silences it")
            for status in Status
            if status.is_terminal
        ),
        pytest.param(
            (rated(FEBRUARY), an_answer(MARCH, status=Status.COMPLETED), an_answer(MAY, status=Status.IN_PROGRESS)),
            None,
            id="a rating from before the completion says nothing after the reopening",
        ),
        pytest.param(
            (rated(FEBRUARY), an_answer(MARCH, status=Status.COMPLETED), rated(MAY, status=Status.IN_PROGRESS)),
            MAY,
            id="a rating from the reopening on counts",
        ),
    ],
)
def test_the_rating_that_stands_counts(updates: tuple[StatusUpdate, ...], breaks_on: date | None) -> None:
    assert breaks(*updates, facts=(LATE,)) == breaks_on


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((rated(FEBRUARY),), None, id="one round"),
        pytest.param((rated(FEBRUARY), rated(MARCH)), MARCH, id="two rounds"),
        pytest.param((rated(FEBRUARY), rated(MARCH), rated(APRIL)), MARCH, id="three rounds: since the second"),
        pytest.param((rated(FEBRUARY), rated(MARCH, None, is_unchanged=True)), MARCH, id="ticked in the second"),
        pytest.param((rated(FEBRUARY), rated(MARCH, evidence=SHOWN)), None, id="evidence in the second"),
        pytest.param((rated(FEBRUARY, evidence=SHOWN), rated(MARCH)), None, id="evidence in the first"),
        pytest.param(
            (rated(FEBRUARY, evidence=SHOWN), rated(MARCH), rated(APRIL)), APRIL, id="two rounds since the evidence"
        ),
        pytest.param((rated(FEBRUARY, Rating.AT_RISK), rated(MARCH)), None, id="on track in one of the two"),
        pytest.param(
            (rated(FEBRUARY), rated(FEBRUARY + timedelta(days=3))), None, id="twice in one round is one round"
        ),
        pytest.param(
            (rated(FEBRUARY), rated(MARCH), rated(MARCH + timedelta(days=3), None, evidence=SHOWN)),
            None,
            id="the evidence comes later in the round",
        ),
        pytest.param(
            (rated(FEBRUARY), rated(MARCH, Rating.AT_RISK, evidence=SHOWN), rated(MARCH + timedelta(days=3))),
            None,
            id="the evidence came earlier in the round, with another rating",
        ),
        pytest.param(
            (rated(FEBRUARY), rated(MARCH), rated(MARCH, None, evidence=SHOWN)._replace(milestone="M1")),
            None,
            id="evidence with a milestone counts",
        ),
        pytest.param(
            (rated(FEBRUARY), an_update(FEBRUARY + timedelta(days=9)), rated(MARCH)),
            MARCH,
            id="public history in between is no round",
        ),
    ],
)
def test_on_track_comes_with_evidence_once_in_two_rounds(
    updates: tuple[StatusUpdate, ...], breaks_on: date | None
) -> None:
    assert breaks(*updates) == breaks_on


def test_the_number_of_rounds_is_policy() -> None:
    assert breaks(rated(FEBRUARY), rated(MARCH), rated(APRIL), rounds=3) == APRIL


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((rated(FEBRUARY, planned_on=date(2026, 3, 31)),), APRIL, id="T02"),
        pytest.param(
            (an_update(JANUARY, planned_on=JUNE), rated(FEBRUARY, is_plan_removed=True)), FEBRUARY, id="T06, at once"
        ),
        pytest.param(
            (rated(FEBRUARY, planned_on=date(2026, 3, 31)), rated(MARCH, None, planned_on=JUNE)),
            date(2026, 6, 2),
            id="a new date repairs T02 for now",
        ),
    ],
)
def test_it_looks_at_the_rules_themselves(updates: tuple[StatusUpdate, ...], breaks_on: date) -> None:
    proven = [update._replace(evidence=(f"https://example.org/{n}",)) for n, update in enumerate(updates)]

    assert first_break(rosy_rating, a_dossier(*proven)) == breaks_on


def test_a_milestone_that_was_missed_counts_for_its_dossier() -> None:
    milestone = Milestone(code="M1", dossier="UIT-01", title="Wet ingediend", planned_on=date(2026, 3, 31))
    dossier = fold(a_recommendation(), numbered([rated(FEBRUARY)]), known_at=END, milestones=[milestone])

    assert evidence_of(rosy_rating, dossier) == [
        ("rated_on", FEBRUARY, "opgave van SZW"),
        ("fact", "M1 V03", ""),
        ("fact_on", APRIL, ""),
    ]


def test_the_evidence_names_the_rating_what_broke_and_the_rounds_without_evidence() -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=date(2026, 3, 31)), rated(FEBRUARY), rated(MARCH))

    assert evidence_of(rosy_rating, dossier) == [
        ("rated_on", FEBRUARY, "opgave van SZW"),
        ("fact", "UIT-01 T02", ""),
        ("fact_on", APRIL, ""),
        ("round", "2026-02", "opgave van SZW"),
        ("round_on", FEBRUARY, ""),
        ("round", "2026-03", "opgave van SZW"),
        ("round_on", MARCH, ""),
    ]


def test_priority_makes_it_high() -> None:
    assert steps_of(rosy_rating, a_dossier(rated(FEBRUARY), rated(MARCH), has_priority=True)) == [(MARCH, HIGH)]


def test_a_recommendation_that_was_not_adopted_is_not_rated() -> None:
    dossier = a_dossier(rated(FEBRUARY), rated(MARCH), adoption=Adoption.NOT_ADOPTED)

    assert steps_of(rosy_rating, dossier) == []


def test_who_waits_for_the_dossier_waits_for_its_rating_too() -> None:
    bron = a_history(rated(FEBRUARY), rated(MARCH), code="BRON")
    eind = a_history(code="EIND", depends_on=("BRON",))

    held = hold_dossier(eind, a_timeline(), {"BRON": hold_dossier(bron, a_timeline(), {})})

    waiting = [row.expectation.steps for row in held if row.expectation.rule == "O05"]
    assert [[(step.on, step.severity) for step in steps] for steps in waiting] == [[(MARCH, LOW)]]


ratings = st.sampled_from([None, *Rating])
days = st.dates(JANUARY, JUNE)


@given(
    said=st.lists(st.tuples(days, ratings, st.booleans()), max_size=6).map(
        lambda found: sorted(found, key=lambda one: one[0])
    ),
    facts=st.lists(st.tuples(st.sampled_from(["T02", "T06", "V03", "T04"]), days), max_size=3),
)
def test_it_breaks_only_while_on_track_stands_and_never_before_rating_and_fact(
    said: list[tuple[date, Rating | None, bool]], facts: list[tuple[str, date]]
) -> None:
    updates = [rated(on, rating, evidence=SHOWN if is_shown else ()) for on, rating, is_shown in said]
    beside = tuple(an_expectation((on, Severity.MEDIUM), rule=rule) for rule, on in facts)

    breaks_on = breaks(*updates, facts=beside)

    standing = [rating for _, rating, _ in said if rating is not None][-1:]
    broken = [on for rule, on in facts if rule != "T04"]
    if standing != [Rating.ON_TRACK]:
        assert breaks_on is None
    elif broken:
        assert breaks_on is not None
        assert breaks_on >= min(on for on, rating, _ in said if rating is Rating.ON_TRACK)
    if breaks_on is not None:
        assert breaks_on in {*broken, *(on for on, _, _ in said)}

"""How well do the signals agree with the knelpunten that are known from public sources?"""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.scores import CONTROL_KIND, AlarmSpan, KnownKnelpunt, Score, score
from ipa_core.domain.updates import Confidence
from tests.builders import HIGH

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)


def a_known(dossier: str = "UIT-01", **changes: Any) -> KnownKnelpunt:
    defaults = {"first": MAY, "last": JUNE, "kind": "vertraging", "confidence": Confidence.HIGH}
    return KnownKnelpunt(dossier=dossier, **{**defaults, **changes})


def an_alarm(first: date = APRIL, last: date | None = None, dossier: str = "UIT-01", **changes: Any) -> AlarmSpan:
    defaults = {"rule": "T02", "severity": HIGH, "opened_on": first}
    return AlarmSpan(dossier=dossier, first=first, last=last, **{**defaults, **changes})


def a_score(**changes: Any) -> Score:
    defaults = {"known": 1, "found": 0, "missed": (), "controls": 0, "flagged_controls": (), "lead_days": {}}
    return Score(**{**defaults, **changes})


MISSED = a_score(missed=("UIT-01",))


@pytest.mark.parametrize(
    ("alarm", "lead"),
    [
        pytest.param(an_alarm(APRIL), 30, id="thirty days before the public date"),
        pytest.param(an_alarm(MAY), 0, id="on the day itself"),
        pytest.param(an_alarm(JUNE), -31, id="on the last day, after the fact"),
        pytest.param(an_alarm(JUNE + timedelta(days=1)), None, id="the day after it was over"),
        pytest.param(an_alarm(APRIL, MAY), 30, id="solved on the first day"),
        pytest.param(an_alarm(APRIL, MAY - timedelta(days=1)), None, id="solved the day before"),
        pytest.param(an_alarm(MAY, opened_on=APRIL), 30, id="opened light and heavy in time"),
        pytest.param(an_alarm(APRIL, dossier="UIT-02"), None, id="on another dossier"),
    ],
)
def test_a_known_knelpunt_is_found_when_an_alarm_was_on_at_some_moment_in_it(
    alarm: AlarmSpan, lead: int | None
) -> None:
    expected = MISSED if lead is None else a_score(found=1, lead_days={"UIT-01": lead})

    assert score([a_known()], [alarm], dependents=()) == expected


@pytest.mark.parametrize(
    ("first", "last", "lead"),
    [
        pytest.param(MAY, None, 30, id="still open"),
        pytest.param(None, JUNE, 0, id="begin unknown"),
        pytest.param(None, None, 0, id="both unknown"),
    ],
)
def test_an_open_end_meets_everything_on_that_side(first: date | None, last: date | None, lead: int) -> None:
    found = score([a_known(first=first, last=last)], [an_alarm(APRIL)], dependents=())

    assert found == a_score(found=1, lead_days={"UIT-01": lead})


def test_the_lead_is_counted_from_the_earliest_alarm_that_met_one() -> None:
    truth = [a_known(first=JUNE, last=None), a_known(first=APRIL, last=APRIL)]
    alarms = [an_alarm(MAY), an_alarm(date(2026, 1, 5), date(2026, 1, 9)), an_alarm(APRIL + timedelta(days=5))]

    assert score(truth, alarms, dependents=()).lead_days == {"UIT-01": (JUNE - APRIL).days - 5}


def test_rows_of_low_confidence_and_dossiers_that_depend_on_others_are_left_out() -> None:
    truth = [
        a_known("UIT-01", confidence=Confidence.LOW),
        a_known("UIT-02"),
        a_known("UIT-03", confidence=Confidence.MEDIUM),
        a_known("UIT-04", kind=CONTROL_KIND, confidence=Confidence.LOW),
        a_known("UIT-05", kind=CONTROL_KIND),
    ]
    alarms = [an_alarm(dossier=f"UIT-0{n}") for n in range(1, 6)]

    assert score(truth, alarms, dependents=("UIT-02", "UIT-05")) == a_score(found=1, lead_days={"UIT-03": 30})


def test_a_control_is_flagged_by_an_alarm_at_any_time() -> None:
    truth = [a_known(code, kind=CONTROL_KIND) for code in ("UIT-02", "UIT-01")]

    assert score(truth, [an_alarm(date(2030, 1, 1))], dependents=()) == a_score(
        known=0, controls=2, flagged_controls=("UIT-01",)
    )


@pytest.mark.parametrize(
    ("leads", "middle"),
    [((), None), ((30,), 30), ((30, -1, 5), 5), ((10, 21), 15.5)],
)
def test_the_median_is_the_middle_lead(leads: tuple[int, ...], middle: float | None) -> None:
    assert a_score(lead_days={str(n): lead for n, lead in enumerate(leads)}).median_lead_days == middle


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans()), max_size=20))
def test_every_known_dossier_is_found_or_missed(rows: list[tuple[int, bool, bool]]) -> None:
    truth = [a_known(f"UIT-{n}") for n, _, _ in rows]
    alarms = [an_alarm(APRIL if is_early else JUNE, dossier=f"UIT-{n}") for n, has_alarm, is_early in rows if has_alarm]

    found = score(truth, alarms, dependents=())

    assert (found.found + len(found.missed), set(found.lead_days) & set(found.missed)) == (found.known, set())

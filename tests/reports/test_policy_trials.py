"""An episode that both policies know at the same time has moved; any other one comes or goes."""

from __future__ import annotations

from datetime import date

import pytest

from ipa_core.domain.expectations import Step, Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.reports.policy_trials import RunOutlook, SignalOutlook, compare_episodes, compare_runs

MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (5, 6, 7, 8))


def an_outlook(opened_on: date | None, resolved_on: date | None = None, *, rule: str = "V01") -> SignalOutlook:
    return SignalOutlook(
        rule=rule,
        subject=Subject(kind=SubjectKind.RECOMMENDATION, code="UIT-01"),
        ministries=("SZW",),
        steps=(Step(opened_on or AUGUST, Severity.LOW),),
        opened_on=opened_on,
        resolved_on=resolved_on,
        severity=Severity.LOW,
    )


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        pytest.param([an_outlook(MAY)], [an_outlook(MAY)], [], id="the same is no difference"),
        pytest.param([an_outlook(MAY)], [an_outlook(JUNE)], ["moves"], id="it opens later"),
        pytest.param([an_outlook(MAY, JULY)], [an_outlook(MAY, JUNE)], ["moves"], id="it is solved earlier"),
        pytest.param([an_outlook(MAY, JUNE)], [an_outlook(JULY)], ["vanishes", "appears"], id="two that never met"),
        pytest.param([an_outlook(MAY)], [an_outlook(MAY, rule="T02")], ["appears", "vanishes"], id="another rule"),
        pytest.param(
            [an_outlook(MAY, JUNE), an_outlook(JULY)], [an_outlook(MAY)], ["moves", "vanishes"], id="two become one"
        ),
    ],
)
def test_an_episode_moves_comes_or_goes(
    before: list[SignalOutlook], after: list[SignalOutlook], changes: list[str]
) -> None:
    assert [one.kind.value for one in compare_episodes(before, after)] == changes


def test_a_run_is_compared_by_key() -> None:
    stays, waits = an_outlook(MAY), an_outlook(None)
    before = RunOutlook(signals={"a": stays, "b": stays}, upcoming={}, messages={})
    after = RunOutlook(signals={"a": stays, "c": stays}, upcoming={"d": waits}, messages={})

    found = compare_runs(before, after)

    assert [(one.key, one.kind.value) for one in found.signals] == [("b", "vanishes"), ("c", "appears")]
    assert [(one.key, one.before, one.after) for one in found.upcoming] == [("d", None, waits)]
    assert found.messages == ()

"""How bad is it? By weight, never by name."""

from itertools import pairwise

import pytest

from ipa_core.domain.severities import Severity

SCALE = [Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]


def test_severities_compare_by_weight() -> None:
    assert sorted(Severity, reverse=True) == SCALE[::-1]
    assert [severity.weight for severity in SCALE] == [0, 1, 2, 3, 4]
    for lighter, heavier in pairwise(SCALE):
        assert (lighter < heavier, lighter <= heavier, lighter > heavier, lighter >= heavier) == (
            True,
            True,
            False,
            False,
        )
        assert (heavier < lighter, heavier <= lighter, heavier > lighter, heavier >= lighter) == (
            False,
            False,
            True,
            True,
        )
    for same in SCALE:
        assert (same < same, same <= same, same > same, same >= same) == (False, True, False, True)  # noqa: PLR0124 - that is the point


@pytest.mark.parametrize(
    ("severity", "steps", "raised"),
    [
        (Severity.LOW, 1, Severity.MEDIUM),
        (Severity.LOW, 2, Severity.HIGH),
        (Severity.HIGH, -1, Severity.MEDIUM),
        (Severity.HIGH, 0, Severity.HIGH),
        (Severity.INFO, -1, Severity.INFO),
        (Severity.LOW, -5, Severity.INFO),
        (Severity.CRITICAL, 1, Severity.CRITICAL),
        (Severity.MEDIUM, 9, Severity.CRITICAL),
    ],
)
def test_the_ends_of_the_scale_hold(severity: Severity, steps: int, raised: Severity) -> None:
    assert severity.raised(steps) is raised


def test_raised_is_one_step() -> None:
    assert Severity.LOW.raised() is Severity.MEDIUM

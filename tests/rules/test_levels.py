"""In which order does a run apply what fell due? What a signal depends on comes before it."""

from __future__ import annotations

import pytest

from ipa_core.rules import level_of


@pytest.mark.parametrize(
    ("rule", "subject", "level"),
    [
        pytest.param("T02", "UIT-01", 0, id="a dossier"),
        pytest.param("S02", "SZW", 0, id="a ministry, from requests alone"),
        pytest.param("O02", "T02:UIT-01:1", 1, id="a signal on a dossier"),
        pytest.param("M03", "T02:O02:1", 1, id="a signal on a dossier with the code of a rule"),
        pytest.param("S03", "law", 1, id="a group of signals"),
        pytest.param("S01", "Wonen", 1, id="a theme, from signals"),
        pytest.param("O02", "S01:Wonen: huur:1", 2, id="a signal on a theme with a colon in its name"),
        pytest.param("O02", "S03:law:1", 2, id="a signal on a group"),
        pytest.param("M02", "K01:2026-Q1:SZW:1", 1, id="a signal on a request"),
        pytest.param("M03", "O02:T02:UIT-01:1:1", 2, id="a signal on a signal"),
        pytest.param("M03", "O02:S03:law:1:1", 3, id="a signal on a signal on a group"),
    ],
)
def test_what_is_expected_of_a_signal_comes_after_that_signal(rule: str, subject: str, level: int) -> None:
    assert level_of(rule, subject) == level

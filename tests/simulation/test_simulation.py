"""Made-up years show nothing wrong, and show every small mistake in the product that is put there on purpose."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ipa_core.simulation.audit import audit
from ipa_core.simulation.play import played
from tests.simulation.faults import FAULTS, ROOT, Fault, differences_with

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Tell

SEEDS = int(os.environ.get("IPA_TEST_LIVES", "1"))
DAYS = int(os.environ.get("IPA_TEST_LIFE_DAYS", "60"))
"""A short life in `make test`; `make prove` lives 20 times five years."""


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_everything_went_that_had_to_go(seed: int, tell: Tell) -> None:
    with played(seed, days=DAYS) as life:
        found = audit(life)

    tell(
        f"seed {seed}, {DAYS} days: {found.runs} runs, {found.deaths} deaths, {found.messages} messages with "
        f"{found.items} items, {found.doubtful} doubtful, {len(found.differences)} differences"
    )
    assert found.differences == ()
    assert found.items
    assert found.burden


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_one_line_of_the_product(fault: Fault) -> None:
    assert (ROOT / "ipa_core" / fault.file).read_text("utf-8").count(fault.before) == 1
    assert "\n" not in fault.before


@pytest.mark.proof
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_in_the_product_is_shown(fault: Fault, tmp_path: Path) -> None:
    found = differences_with(fault, tmp_path, seeds=fault.seeds)

    assert found, fault.name

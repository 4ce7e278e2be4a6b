"""A made-up life as a command: what it says, and what it keeps to itself."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from ipa_core.cli import simulations
from ipa_core.simulation import play
from ipa_core.simulation.weather import Weather

if TYPE_CHECKING:
    from random import Random

    from tests.cli.conftest import Terminal

DAY = "2026-02-04"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def without_mail(_: Random, begins_on: date, ends_on: date) -> Weather:
    days = (ends_on - begins_on).days
    return Weather(rough_from=ends_on, without_mail={begins_on + timedelta(days=day) for day in range(days + 1)})


def test_what_goes_wrong_in_a_made_up_world_is_no_error_of_ours(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(simulations, "DAYS_PER_YEAR", 1)
    monkeypatch.setattr(play, "make_weather", without_mail)

    status, stdout, _ = terminal.type("simulate", "--as-of", DAY)

    assert (status, caplog.messages) == (0, [])
    assert stdout
    assert logging.getLogger("ipa_core").getEffectiveLevel() <= logging.ERROR


def test_a_folder_that_is_not_there_is_told_as_when_it_is_loaded(terminal: Terminal) -> None:
    told = terminal.type("load", "/nergens", "--as-of", DAY)

    assert terminal.type("simulate", "--folder", "/nergens", "--as-of", DAY) == told
    assert told[0] == 1

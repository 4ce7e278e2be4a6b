"""In which phase is a dossier, since when, and how long do phases take?"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from ipa_core.domain.dossiers import Dossier
from ipa_core.domain.phases import Band, PhaseLength, are_bands, find_phase, measure_phase, phase_spans
from ipa_core.domain.spans import Span
from ipa_core.domain.updates import Status, StatusUpdate
from tests.builders import a_dossier, an_update

BEGIN = date(2026, 1, 5)
EARLY, MIDDLE, LATE = (Band(instrument="wet", below=below) for below in (30, 60, 100))
OTHER = Band(instrument="geld", below=50)
BANDS = (OTHER, EARLY, MIDDLE, LATE)
DONE, DROPPED = Status.COMPLETED, Status.DROPPED


def at(number: int, progress: int | None = None, status: Status = Status.IN_PROGRESS) -> StatusUpdate:
    return an_update(BEGIN + timedelta(days=number), progress=progress, status=status)


def measured(dossiers: list[Dossier], bands: tuple[Band, ...], *, on: date, percentile: int) -> tuple[PhaseLength, ...]:
    found = {band: Counter[Span]() for band in bands}
    for dossier in dossiers:
        for band, span in phase_spans(dossier, bands, on):
            found[band][span] += 1
    return tuple(measure_phase(band, spans, percentile) for band, spans in found.items())


@pytest.mark.parametrize(
    ("updates", "phase"),
    [
        pytest.param([], None, id="nothing was said"),
        pytest.param([at(0)], None, id="no progress was told"),
        pytest.param([at(0, 0)], (EARLY, 0, 0), id="the first begins at nothing"),
        pytest.param([at(0, 29)], (EARLY, 0, 0), id="just below its end"),
        pytest.param([at(0, 30)], (MIDDLE, 30, 0), id="at its end the next begins"),
        pytest.param([at(0, 10), at(9, 40), at(20, 59)], (MIDDLE, 30, 9), id="since it came there"),
        pytest.param([at(0, 10), at(9, 99)], (LATE, 60, 9), id="the last"),
        pytest.param([at(0, 100)], None, id="beyond the last"),
        pytest.param([at(0, 40), at(9, status=DONE)], None, id="completed"),
        pytest.param([at(0, 40), at(9, status=DROPPED)], None, id="dropped"),
        pytest.param([at(0, 40), at(9, status=Status.BLOCKED)], (MIDDLE, 30, 0), id="blocked"),
        pytest.param([at(0, 40), at(9, 10)], (EARLY, 0, 9), id="back in an earlier one"),
    ],
)
def test_a_dossier_is_in_the_phase_of_its_progress(
    updates: list[StatusUpdate], phase: tuple[Band, int, int] | None
) -> None:
    found = find_phase(a_dossier(*updates, instrument="wet"), BANDS)

    expected = phase and (phase[0], phase[1], BEGIN + timedelta(days=phase[2]))
    assert (found and (found.band, found.starts, found.entered.on)) == expected


def test_an_instrument_without_bands_has_no_phases() -> None:
    assert find_phase(a_dossier(at(0, 10), instrument="afspraak"), BANDS) is None


@pytest.mark.parametrize(
    ("updates", "on", "ended"),
    [
        pytest.param([at(0, 10)], 9, {}, id="it is there still"),
        pytest.param([at(0, 10), at(9, 40)], 20, {EARLY: 9}, id="through the first"),
        pytest.param([at(0, 10), at(9, 40), at(20, 70)], 30, {EARLY: 9, MIDDLE: 11}, id="through two"),
        pytest.param([at(0, 10), at(9, 100)], 20, {EARLY: 9}, id="beyond the last band"),
        pytest.param([at(0, 10), at(9, status=DONE)], 20, {EARLY: 9}, id="completed at once"),
        pytest.param([at(0, 10), at(9, status=DROPPED)], 20, {}, id="dropped"),
        pytest.param([at(0, 10), at(9, status=Status.SUPERSEDED)], 20, {}, id="superseded"),
        pytest.param([at(0, 40), at(9, 10)], 20, {}, id="left backwards"),
        pytest.param([at(0), at(5, 10), at(9, 40)], 20, {EARLY: 4}, id="before progress was told there was no phase"),
    ],
)
def test_a_phase_is_over_when_it_was_left_ahead(updates: list[StatusUpdate], on: int, ended: dict[Band, int]) -> None:
    found = measured([a_dossier(*updates, instrument="wet")], BANDS, on=BEGIN + timedelta(days=on), percentile=80)

    assert found == tuple(
        PhaseLength(instrument=band.instrument, below=band.below, ended=int(band in ended), days=ended.get(band))
        for band in BANDS
    )


@pytest.mark.parametrize(
    ("on", "days"),
    [
        pytest.param(10, 10, id="yesterday it had been there for nine days: it says nothing about ten"),
        pytest.param(11, None, id="it is there for ten days, so one of two came through in that time"),
    ],
)
def test_who_is_there_still_counts_for_the_days_that_are_over(on: int, days: int | None) -> None:
    through, still = a_dossier(at(0, 10), at(10, 40), instrument="wet"), a_dossier(at(0, 10), instrument="wet")

    (early,) = measured([through, still], (EARLY,), on=BEGIN + timedelta(days=on), percentile=60)

    assert (early.ended, early.days) == (1, days)


def test_who_came_there_today_was_there_for_no_day() -> None:
    at_once = a_dossier(at(0, 10), at(0, 40), instrument="wet")
    today = a_dossier(at(0, 10), instrument="wet")

    (early,) = measured([at_once, today], (EARLY,), on=BEGIN, percentile=60)

    assert (early.ended, early.days) == (1, None)


A_BAND = {"instrument": "wet", "below": 30}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([], True, id="none"),
        pytest.param([A_BAND], True, id="one"),
        pytest.param((A_BAND, A_BAND | {"below": 60}, A_BAND | {"instrument": "geld"}), True, id="several"),
        pytest.param([A_BAND | {"below": 1}, A_BAND | {"below": 100}], True, id="the smallest and the largest end"),
        pytest.param([A_BAND | {"below": 0}], False, id="an end of nothing"),
        pytest.param([A_BAND | {"below": 101}], False, id="more than all"),
        pytest.param([A_BAND | {"within": 1}], True, id="one working day"),
        pytest.param([A_BAND | {"within": 2500}], True, id="ten years"),
        pytest.param([A_BAND | {"within": 0}], False, id="no time"),
        pytest.param([A_BAND | {"within": 2501}], False, id="more than ten years"),
        pytest.param([A_BAND, {"instrument": "wet"}], False, id="one of them without an end"),
        pytest.param([A_BAND, A_BAND | {"within": 9}], False, id="the same twice"),
        pytest.param([A_BAND | {"instrument": 7}], False, id="an instrument that is no text"),
        pytest.param([A_BAND | {"below": 30.0}], False, id="half numbers"),
        pytest.param({"instrument": "wet", "below": 30}, False, id="not in a list"),
    ],
)
def test_bands_name_an_instrument_and_an_end_each_once(value: object, expected: bool) -> None:
    assert are_bands(value) is expected

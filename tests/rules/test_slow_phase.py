"""V06: a dossier stays in one phase for longer than it should, or than others did."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.comparables import NO_COMPARABLES, Comparables, Compared
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.phases import are_bands, read_bands
from ipa_core.domain.programmes import PolicyKind, PolicyOverride
from ipa_core.domain.updates import Status
from ipa_core.rules.applying import apply_rules, weigh
from ipa_core.rules.slow_phase import RULE
from tests.builders import END, LOW, a_calendar, a_dossier, a_table_of, a_timeline, an_update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.updates import StatusUpdate

BANDS = (
    {"instrument": "wet", "below": 30},
    {"instrument": "wet", "below": 60, "within": 20},
    {"instrument": "wet", "below": 100},
    {"instrument": "afspraak", "below": 50, "within": 10},
)
JANUARY = date(2026, 1, 12)
TABLE_ON = date(2026, 1, 1)


def an_override(bands: object) -> PolicyOverride:
    values: dict[str, Any] = {"bands": bands}
    return PolicyOverride(
        kind=PolicyKind.THRESHOLDS, code="V06", values=values, valid_from=date(2000, 1, 1), decision="Proef"
    )


def steps(dossier: Dossier, table: Comparables = NO_COMPARABLES, bands: object = BANDS) -> list[tuple[date, str]]:
    found = expected(dossier, table, bands)
    return [(step.on, step.severity) for step in found.steps] if found else []


def expected(dossier: Dossier, table: Comparables = NO_COMPARABLES, bands: object = BANDS) -> Any:
    policy = a_timeline(an_override(bands)).at(END)
    return next(iter(weigh(apply_rules((RULE,), Compared(dossier=dossier, comparables=table), policy), dossier)), None)


def a_law(*updates: StatusUpdate, **changes: Any) -> Dossier:
    return a_dossier(*updates, **{"instrument": "wet", **changes})


def a_table(*took: int | None) -> Comparables:
    """Return what is known of others that were in the first phase for so many days; None is there still."""
    begun = date(2025, 1, 6)
    others = [
        a_law(an_update(begun, progress=5), *([an_update(begun + timedelta(days=days), progress=40)] if days else []))
        for days in took
    ]
    return a_table_of(others, at=start_of_day(TABLE_ON), bands=read_bands(BANDS))


@pytest.mark.parametrize(
    ("updates", "changes", "breaks_on"),
    [
        pytest.param((an_update(JANUARY, progress=30),), {}, date(2026, 2, 10), id="the day after twenty working days"),
        pytest.param(
            (an_update(JANUARY, progress=30), an_update(date(2026, 1, 26), progress=55)),
            {},
            date(2026, 2, 10),
            id="progress within the phase is still the same phase",
        ),
        pytest.param(
            (an_update(JANUARY, progress=30), an_update(date(2026, 1, 26), progress=60)), {}, None, id="the next phase"
        ),
        pytest.param(
            (an_update(JANUARY, progress=60), an_update(date(2026, 1, 26), progress=40)),
            {},
            date(2026, 2, 24),
            id="back in the phase it starts anew",
        ),
        pytest.param(
            (an_update(JANUARY, progress=40),), {"instrument": "afspraak"}, date(2026, 1, 27), id="another instrument"
        ),
        pytest.param((an_update(JANUARY, progress=40),), {"instrument": "geld"}, None, id="no bands for it"),
        pytest.param((an_update(JANUARY, progress=10),), {}, None, id="no maximum, and nobody to compare with"),
        pytest.param((an_update(JANUARY),), {}, None, id="no progress was told"),
        pytest.param((an_update(JANUARY, progress=40, status=Status.COMPLETED),), {}, None, id="completed"),
        pytest.param((an_update(JANUARY, progress=40, status=Status.BLOCKED),), {}, date(2026, 2, 10), id="blocked"),
    ],
)
def test_a_phase_ends_within_its_maximum(
    updates: tuple[StatusUpdate, ...], changes: dict[str, Any], breaks_on: date | None
) -> None:
    assert steps(a_law(*updates, **changes)) == ([(breaks_on, LOW)] if breaks_on else [])


@pytest.mark.parametrize(
    ("took", "within"),
    [
        pytest.param((10, 20, 30, 40, 50, 60, 70, 80), 70, id="seven in eight are the first eighty per cent"),
        pytest.param((10,) * 9 + (50,), 10, id="one slow dossier is no measure"),
        pytest.param((10,) * 8 + (None,) * 2, 10, id="eight of ten are eighty per cent"),
        pytest.param((10,) * 8 + (None,) * 3, None, id="too many are there still to tell"),
        pytest.param((10,) * 7, None, id="seven are too few"),
    ],
)
def test_without_a_maximum_others_tell_how_long_a_phase_takes(took: Sequence[int | None], within: int | None) -> None:
    found = steps(a_law(an_update(JANUARY, progress=10)), a_table(*took))

    assert found == ([] if within is None else [(JANUARY + timedelta(days=within + 1), LOW)])


def test_nothing_is_said_unless_a_programme_gives_bands() -> None:
    assert steps(a_law(an_update(JANUARY, progress=40)), a_table(*(10,) * 8), bands=()) == []


def test_the_evidence_names_the_phase_and_what_it_is_compared_with() -> None:
    slow = expected(a_law(an_update(JANUARY, progress=40, source="kst-1")))
    slower = expected(a_law(an_update(JANUARY, progress=10, source="kst-2")), a_table(*(10,) * 8))

    assert [(item.name, item.value, item.source) for item in slow.evidence] == [
        ("since", JANUARY, "kst-1"),
        ("starts", 30, ""),
        ("below", 60, ""),
        ("instrument", "wet", ""),
        ("last_good_on", date(2026, 2, 9), ""),
        ("within", 20, ""),
    ]
    assert [(item.name, item.value) for item in slower.evidence][-3:] == [
        ("last_good_on", date(2026, 1, 22)),
        ("days", 10),
        ("ended", 8),
    ]


@pytest.mark.parametrize(
    "bands",
    [
        pytest.param(30, id="a number"),
        pytest.param(("wet",), id="a text"),
        pytest.param(({"instrument": "wet"},), id="no end"),
        pytest.param(({"instrument": "", "below": 30},), id="no instrument"),
        pytest.param(({"instrument": "wet", "below": 0},), id="an end of nothing"),
        pytest.param(({"instrument": "wet", "below": 101},), id="more than all"),
        pytest.param(({"instrument": "wet", "below": True},), id="no number"),
        pytest.param(({"instrument": "wet", "below": 30, "within": 0},), id="no time at all"),
        pytest.param(({"instrument": "wet", "below": 30, "days": 9},), id="an unknown key"),
        pytest.param(({"instrument": "wet", "below": 30}, {"instrument": "wet", "below": 30}), id="twice the same"),
    ],
)
def test_bands_that_mean_nothing_are_refused(bands: object) -> None:
    assert not are_bands(bands)


def test_bands_are_read_in_the_order_of_progress() -> None:
    assert are_bands(BANDS)
    assert steps(a_law(an_update(JANUARY, progress=40)), bands=BANDS[::-1]) == [(date(2026, 2, 10), LOW)]


@given(within=st.integers(1, 500), progress=st.integers(0, 79), on=st.dates(date(2016, 1, 1), date(2030, 1, 1)))
def test_so_many_working_days_lie_between_the_beginning_of_the_phase_and_the_day_it_breaks(
    within: int, progress: int, on: date
) -> None:
    bands = ({"instrument": "wet", "below": 80, "within": within},)

    ((breaks_on, _),) = steps(a_law(an_update(on, progress=progress)), bands=bands)

    assert a_calendar().working_days_between(on, breaks_on - timedelta(days=1)) == within

"""Others were late, so this plan will be as well: comparables are a dated table, and the forecast follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.cli.forecasts import forecasts_lines
from ipa_core.cli.shapes import replay_shape
from ipa_core.domain.forecast_scores import ForecastResult, score_forecasts
from ipa_core.domain.moments import day_of
from ipa_core.domain.spans import WHOLE
from ipa_core.errors import InputRefused
from ipa_core.store import comparables
from ipa_core.usecases.replay_history import Replay, replay_history
from ipa_core.usecases.views import ProgrammeView
from tests.stored_rows import stored_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.world import World

PROGRAMME = """code = "proef"
name = "Proef"
adopted_on = 2025-01-06
[rounds]
cadence = "{cadence}"
{thresholds}
"""
BANDS = """[[thresholds.V06]]
valid_from = 2025-01-06
decision = "Proef"
bands = [{{ instrument = "wet", below = {below}, within = 20 }}]
"""
BODIES = "code,name,kind,valid_from,valid_to,successors,source"
OTHERS = tuple(f"AND-{number}" for number in range(8))
REGISTER = (
    "code,kind,parent,theme,title,description,lead,co_leads,actors,instrument,adopted_on,depends_on,recurs,"
    "official_code,source,confidence,provenance"
)
HISTORY = "recommendation,reported_on,organisation,status,progress,planned_on,note,source,confidence"


def write(folder: Path, *later: str, cadence: str = "quarterly", thresholds: str = "") -> Path:
    """Eight others promised a hundred days in January 2025; six of them took twice as long. HIER began in April."""
    folder.mkdir(exist_ok=True)
    others = [
        line
        for number, code in enumerate(OTHERS)
        for line in (
            f"{code},2025-01-06,SZW,in_progress,10,2025-04-16,,kst-1,high",
            f"{code},2025-{'04-01' if number < 2 else '07-25'},SZW,completed,100,2025-04-16,,kst-1,high",
        )
    ]
    mine = ["HIER,2025-04-07,SZW,in_progress,20,2026-06-30,,kst-2,high", *later]
    rows = [
        f"{code},recommendation,,Proef,Titel {code},,SZW,,,wet,2025-01-06,,,,kst-0,high,sourced"
        for code in (*OTHERS, "HIER")
    ]
    (folder / "programme.toml").write_text(PROGRAMME.format(cadence=cadence, thresholds=thresholds))
    (folder / "organisations.csv").write_text(f"{BODIES}\nSZW,SZW,ministry,,,,\n")
    (folder / "contacts.csv").write_text(
        "organisation,name,email,role,valid_from,valid_to\nSZW,Punt,szw@ministerie.example,main,,\n"
    )
    (folder / "recommendations.csv").write_text("\n".join((REGISTER, *rows, "")))
    (folder / "history.csv").write_text("\n".join((HISTORY, *others, *mine, "")))
    return folder


def load(world: World, folder: Path, as_of: str) -> int:
    return world.app.load(folder, world.app.moment(as_of).at).new


def detect(world: World, as_of: str) -> None:
    world.app.detect("proef", world.app.moment(as_of).at)


def forecasts(world: World, as_of: str) -> list[tuple[str, str, str, str]]:
    return [
        (card.signal.dossier, str(card.signal.opened_on), str(card.signal.resolved_on), str(card.signal.severity))
        for card in world.signals(as_of, "proef", is_all=True)
        if card.signal.rule == "T08"
    ]


def replayed(world: World, as_of: str) -> Replay:
    at = world.app.moment(as_of).at
    return world.app.database.read(lambda session: replay_history(ProgrammeView(session, "proef", at=at), None))


def opened_in(replay: Replay) -> list[tuple[str, str]]:
    return [(one.dossier, str(one.opened_on)) for one in replay.signals if one.rule == "T08"]


def tables(world: World) -> list[tuple[str, int]]:
    found = world.app.database.read(lambda session: comparables.list_tables(session, "proef"))
    return [(day_of(table.at).isoformat(), table.plans) for table in found]


def test_the_forecast_opens_when_the_table_tells_enough_and_weighs_more_near_the_date(
    world: World, tmp_path: Path
) -> None:
    load(world, write(tmp_path / "proef"), "2025-05-05")
    detect(world, "2025-06-30")
    assert forecasts(world, "2025-06-30") == []

    detect(world, "2025-07-01")
    assert forecasts(world, "2025-07-01") == [("HIER", "2025-07-01", "None", "low")]

    detect(world, "2026-05-04")
    assert forecasts(world, "2026-05-04") == [("HIER", "2025-07-01", "None", "medium")]
    assert [
        (one.dossier, str(one.opened_on)) for one in replayed(world, "2026-05-04").signals if one.rule == "T08"
    ] == [("HIER", "2025-07-01")]


def kept(world: World, as_of: str) -> object:
    """Which part of the plans of others was met, as the signal says."""
    (card,) = (card for card in world.signals(as_of, "proef") if card.signal.rule == "T08")
    return next(item.value for item in card.expectation.evidence if item.name == "kept")


def test_a_fact_about_another_dossier_counts_only_from_the_next_table(world: World, tmp_path: Path) -> None:
    folder = write(tmp_path / "proef")
    load(world, folder, "2025-07-07")
    reopened = [f"{code},2025-08-04,SZW,in_progress,50,,,kst-3,high" for code in OTHERS[:2]]

    load(world, write(folder, *reopened), "2025-08-04")
    detect(world, "2025-09-30")
    assert (tables(world)[-1], kept(world, "2025-09-30")) == (("2025-07-01", 8), 25)

    detect(world, "2025-10-01")
    assert (tables(world)[-1], kept(world, "2025-10-01")) == (("2025-10-01", 8), 0)


def test_on_an_ordinary_day_no_table_is_made_and_nothing_is_written(world: World, tmp_path: Path) -> None:
    load(world, write(tmp_path / "proef"), "2025-07-07")
    detect(world, "2025-08-29")
    before = stored_rows(world.app.database.engine)

    detect(world, "2025-08-30")

    assert stored_rows(world.app.database.engine) == before


def test_the_tables_that_are_there_stay_when_the_rhythm_changes(world: World, tmp_path: Path) -> None:
    folder = write(tmp_path / "proef")
    load(world, folder, "2025-05-05")

    load(world, write(folder, cadence="monthly"), "2025-07-07")
    detect(world, "2025-08-04")

    assert [on for on, _ in tables(world)] == ["2025-04-01", "2025-07-01", "2025-08-01"]
    assert opened_in(replayed(world, "2025-08-04")) == [one[:2] for one in forecasts(world, "2025-08-04")]


def test_replay_tells_how_good_the_forecasts_were_or_that_they_are_too_few(world: World, tmp_path: Path) -> None:
    load(world, write(tmp_path / "proef"), "2025-05-05")

    found = replayed(world, "2026-07-01")

    assert replay_shape("proef", found)["forecasts"] == {
        "made": 4,
        "known": 4,
        "unknown": 0,
        "brier": None,
        "calibration": [],
    }
    assert forecasts_lines(found.forecasts) == [
        "Prognoses (T08): 4 gemaakt. Van 4 is de afloop bekend.",
        "Dat is te weinig om te zeggen hoe goed zij zijn. Daarvoor zijn er 8 nodig.",
    ]


def test_numbers_are_shown_as_people_write_them() -> None:
    score = score_forecasts(
        [ForecastResult(chance=WHOLE // 4, has_moved=True, is_met=number < 4) for number in range(8)]
    )

    assert forecasts_lines(score) == [
        "Prognoses (T08): 8 gemaakt. Van 8 is de afloop bekend.",
        "Gemiddelde fout in het kwadraat (Brier); 0 is foutloos en 0,25 is een gok:",
        "  prognose                     0,312",
        "  de planning klopt altijd     0,500",
        "  wat schoof, schuift opnieuw  0,500",
        "Kans 20–40%: 8 prognoses, gemiddeld 25% kans, 50% op tijd.",
    ]


def test_without_comparable_plans_there_are_no_forecasts() -> None:
    assert forecasts_lines(score_forecasts([])) == [
        "Prognoses (T08): geen. De afloop van te weinig vergelijkbare planningen is bekend."
    ]


def test_a_programme_gives_the_phases_of_its_instruments_once(world: World, tmp_path: Path) -> None:
    folder = write(tmp_path / "proef", thresholds=BANDS.format(below=30))
    load(world, folder, "2025-05-05")
    detect(world, "2025-05-12")

    assert load(world, folder, "2025-05-12") == 0
    found = [card.signal for card in world.signals("2025-05-12", "proef")]
    slow = {one.dossier: one for one in found if one.rule == "V06"}
    assert str(slow["HIER"].opened_on) == "2025-05-09"


def test_phases_that_mean_nothing_are_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        load(world, write(tmp_path / "proef", thresholds=BANDS.format(below=130)), "2025-05-05")

    (found,) = refused.value.problems
    assert (found.column, found.value) == (
        "thresholds.V06.bands",
        "[{'instrument': 'wet', 'below': 130, 'within': 20}]",
    )

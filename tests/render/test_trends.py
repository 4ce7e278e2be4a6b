"""The chart of a planned date says in words what it shows."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

from ipa_core.domain.updates import Status
from ipa_core.render.dutch import short_date
from ipa_core.render.trends import render_trend
from ipa_core.reports.trends import build_trend
from tests.builders import a_dossier, an_update

SVG = "{http://www.w3.org/2000/svg}"
MOVES = (
    an_update(date(2024, 3, 1), planned_on=date(2025, 1, 1)),
    an_update(date(2024, 9, 2), planned_on=date(2026, 7, 1)),
    an_update(date(2025, 3, 3)),
    an_update(date(2025, 9, 1), planned_on=date(2027, 1, 1)),
    an_update(date(2026, 1, 5), planned_on=date(2027, 1, 1)),
)


def a_chart(*updates: object, code: str = "UIT-01") -> ET.Element:
    trend = build_trend(a_dossier(*updates, code=code), on=date(2026, 2, 4))  # type: ignore[arg-type] # updates
    return ET.fromstring(render_trend(trend))  # noqa: S314 - our own text


def marks(chart: ET.Element) -> list[tuple[str, str]]:
    """Return the words and the shape of each point."""
    groups = [group for group in chart.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    return [(group[0].text or "", group[1].tag.removeprefix(SVG)) for group in groups]


def test_each_point_tells_what_the_report_did() -> None:
    chart = a_chart(*MOVES)

    assert marks(chart) == [
        ("1 mrt 2024: eerste planning 1 jan 2025.", "circle"),
        ("2 sep 2024: planning wordt 1 jul 2026, was 1 jan 2025.", "circle"),
        ("3 mrt 2025: geen planning meer, was 1 jul 2026.", "path"),
        ("1 sep 2025: planning wordt 1 jan 2027, was 1 jul 2026.", "circle"),
        ("5 jan 2026: planning blijft 1 jan 2027.", "circle"),
    ]
    assert chart.findtext(f"{SVG}desc") == " ".join(words for words, _ in marks(chart))
    assert chart.get("aria-labelledby") == "trend-UIT-01-title trend-UIT-01-desc"


def test_a_plan_that_vanished_leaves_a_gap() -> None:
    plans = [line for line in a_chart(*MOVES).iter(f"{SVG}line") if "plan" in (line.get("class") or "")]
    covered = [(float(line.get("x1") or 0), float(line.get("x2") or 0)) for line in plans]
    cross = next(path.get("d") or "" for path in a_chart(*MOVES).iter(f"{SVG}path"))
    vanished_at = float(cross.removeprefix("M").split()[0]) + 5

    assert not [span for span in covered if span[0] <= vanished_at < span[1]]


def test_the_line_of_today_rises_at_45_degrees() -> None:
    (rising,) = [
        line
        for line in a_chart(*MOVES).iter(f"{SVG}line")
        if line.get("class") == "axis" and line.get("x1") != line.get("x2") and line.get("y1") != line.get("y2")
    ]
    x1, y1, x2, y2 = (float(rising.get(name) or 0) for name in ("x1", "y1", "x2", "y2"))

    assert x2 - x1 == y1 - y2 > 0


def test_a_completion_is_on_that_line() -> None:
    done = a_chart(*MOVES[:2], an_update(date(2025, 12, 1), status=Status.COMPLETED))

    assert marks(done)[-1] == ("1 dec 2025: afgerond.", "rect")
    assert "afgerond" in [text.text for text in done.iter(f"{SVG}text")]


def test_without_a_date_it_says_so() -> None:
    chart = a_chart(an_update(date(2026, 1, 5)), code="A<&B")

    assert "Er is nog geen planning gemeld." in [text.text for text in chart.iter(f"{SVG}text")]
    assert chart.findtext(f"{SVG}title") == "Planning van A<&B door de tijd"


def test_every_month_has_its_short_name() -> None:
    months = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]

    assert [short_date(date(2027, month, 1)) for month in range(1, 13)] == [f"1 {name} 2027" for name in months]

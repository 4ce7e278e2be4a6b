"""A milestone trend as a small SVG: what was planned on each reporting day.

Both axes have the same scale, so the line where a planned day has come rises at 45 degrees. It is drawn for a width of
400, with letters that can still be read at 320 pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

from ipa_core.render.dutch import short_date
from ipa_core.reports.trends import TrendKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.reports.trends import MilestoneTrend, TrendPoint

WIDTH, HEIGHT = 400, 420
LEFT, TOP, SIDE = 82, 44, 296
MOST_TICKS = 4

STYLE = (
    "text{font:13px sans-serif;fill:#1a1a1a}.title{font-weight:bold}.axis{stroke:#595959}.grid{stroke:#d9d9d9}"
    ".now{stroke:#595959;stroke-dasharray:2 3}.base{stroke:#8a4b00;stroke-dasharray:6 4}.note{fill:#8a4b00}"
    ".plan{fill:none;stroke:#154273;stroke-width:2}.held{stroke-dasharray:3 4}"
    ".point{fill:#154273;stroke:#fff}.gone{stroke:#b00020;stroke-width:3}.done{fill:#1e6b2e;stroke:#fff}"
)


def render_trend(trend: MilestoneTrend) -> str:
    """Return the chart as one SVG document; each point tells in words what it is."""
    name = escape(f"trend-{trend.code}")
    body = _chart(trend) if trend.points else iter((_text(LEFT, TOP + 30, "Er is nog geen planning gemeld."),))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" lang="nl"',
        f'  aria-labelledby="{name}-title {name}-desc">',
        f'<title id="{name}-title">Planning van {escape(trend.code)} door de tijd</title>',
        f'<desc id="{name}-desc">{escape(_description(trend))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(8, 20, f"{trend.code}: hoe de planning bewoog", style="title"),
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def describe_point(point: TrendPoint) -> str:
    """Tell in one sentence what a report did to the planned date."""
    on, before = short_date(point.reported_on), short_date(point.before) if point.before else ""
    planned = short_date(point.planned_on) if point.planned_on else "geen"
    return {
        TrendKind.FIRST: f"{on}: eerste planning {planned}.",
        TrendKind.KEPT: f"{on}: planning blijft {planned}.",
        TrendKind.MOVED: f"{on}: planning wordt {planned}, was {before}.",
        TrendKind.VANISHED: f"{on}: geen planning meer, was {before}.",
        TrendKind.COMPLETED: f"{on}: afgerond.",
    }[point.kind]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days on both axes, as places in the square."""

    first: date
    last: date

    def x(self, on: date) -> float:
        return round(LEFT + self._share(on) * SIDE, 1)

    def y(self, on: date) -> float:
        return round(TOP + (1 - self._share(on)) * SIDE, 1)

    def ticks(self) -> list[date]:
        """Return at most a few first days of years."""
        years = list(range(self.first.year + 1, self.last.year + 1))
        return [date(year, 1, 1) for year in years[:: 1 + (len(years) - 1) // MOST_TICKS]]

    def _share(self, on: date) -> float:
        return (on - self.first).days / (self.last - self.first).days


def _chart(trend: MilestoneTrend) -> Iterator[str]:
    scale = _scale(trend)
    yield from _axes(scale)
    yield _line(scale, (scale.first, scale.first), (scale.last, scale.last), "axis")
    yield f'<g transform="rotate(-45 {LEFT + 60} {TOP + SIDE - 40})">{_text(LEFT + 60, TOP + SIDE - 40, DIAGONAL)}</g>'
    yield _line(scale, (trend.on, scale.first), (trend.on, scale.last), "now")
    if trend.baseline_on is not None:
        yield _line(scale, (scale.first, trend.baseline_on), (scale.last, trend.baseline_on), "base")
    yield from _plan(trend, scale)
    yield from (_mark(point, scale) for point in trend.points)
    yield from (_label(point, scale) for point in trend.points if point.kind in LABELLED)
    yield from _legend(trend)


def _scale(trend: MilestoneTrend) -> _Scale:
    days = [trend.on, *([trend.baseline_on] if trend.baseline_on else [])]
    days += [on for point in trend.points for on in (point.reported_on, point.planned_on, point.before) if on]
    margin = max(timedelta(days=60), (max(days) - min(days)) / 15)
    return _Scale(min(days) - margin, max(days) + margin)


def _axes(scale: _Scale) -> Iterator[str]:
    for on in scale.ticks():
        yield _line(scale, (scale.first, on), (scale.last, on), "grid")
        yield _text(LEFT - 6, scale.y(on) + 4, short_date(on), anchor="end")
        yield _text(scale.x(on), TOP + SIDE + 18, short_date(on), anchor="middle")
    yield _line(scale, (scale.first, scale.first), (scale.last, scale.first), "axis")
    yield _line(scale, (scale.first, scale.first), (scale.first, scale.last), "axis")
    yield _text(8, TOP - 8, "geplande dag")
    yield _text(LEFT + SIDE, TOP + SIDE + 36, "dag van de melding", anchor="end")


def _plan(trend: MilestoneTrend, scale: _Scale) -> Iterator[str]:
    """Draw each date until the report that changed it; what stands now is dashed up to today."""
    ends = [point.reported_on for point in trend.points[1:]] + [trend.on]
    for place, (point, until) in enumerate(zip(trend.points, ends, strict=True)):
        if point.planned_on is None or point.kind is TrendKind.COMPLETED:
            continue
        is_newest = place == len(trend.points) - 1
        style = "plan held" if is_newest else "plan"
        yield _line(scale, (point.reported_on, point.planned_on), (until, point.planned_on), style)
        following = None if is_newest else trend.points[place + 1].planned_on
        if following is not None and following != point.planned_on:
            yield _line(scale, (until, point.planned_on), (until, following), "plan")


def _mark(point: TrendPoint, scale: _Scale) -> str:
    """Mark the point with a shape of its own: a dot, a cross when the plan vanished, a square when it was completed."""
    height = point.reported_on if point.kind is TrendKind.COMPLETED else point.planned_on or point.before
    x, y = scale.x(point.reported_on), scale.y(height or point.reported_on)
    return f"<g><title>{escape(describe_point(point))}</title>{_shape(point.kind, x, y)}</g>"


def _label(point: TrendPoint, scale: _Scale) -> str:
    on = point.planned_on or point.reported_on
    x, y = scale.x(point.reported_on), scale.y(on) - 11
    return _text(min(x - 6, LEFT + SIDE - 66), y, short_date(on))


def _shape(kind: TrendKind, x: float, y: float) -> str:
    if kind is TrendKind.VANISHED:
        return f'<path class="gone" d="M{x - 5} {y - 5}l10 10m0 -10l-10 10"/>'
    if kind is TrendKind.COMPLETED:
        return f'<rect class="done" x="{x - 6}" y="{y - 6}" width="12" height="12"/>'
    return f'<circle class="point" cx="{x}" cy="{y}" r="{4 if kind is TrendKind.KEPT else 6}"/>'


def _legend(trend: MilestoneTrend) -> Iterator[str]:
    kinds = {point.kind for point in trend.points}
    shown = [(TrendKind.FIRST, "planning")]
    shown += [(kind, words) for kind, words in LEGEND if kind in kinds]
    for place, (kind, words) in enumerate(shown):
        x = 16 + place * 128
        yield _shape(kind, x, HEIGHT - 30)
        yield _text(x + 12, HEIGHT - 26, words)
    if trend.baseline_on is not None:
        yield _text(8, HEIGHT - 6, f"- - eerste planning: {short_date(trend.baseline_on)}", style="note")
    yield _text(WIDTH - 8, HEIGHT - 6, f"⋮ nu: {short_date(trend.on)}", anchor="end")


LABELLED = frozenset({TrendKind.FIRST, TrendKind.MOVED})
"""Points that carry their date."""

DIAGONAL = "op deze lijn is de dag er"
"""What the line of 45 degrees means."""

LEGEND = ((TrendKind.VANISHED, "vervallen"), (TrendKind.COMPLETED, "afgerond"))
"""Marks that are explained when they occur."""


def _description(trend: MilestoneTrend) -> str:
    told = " ".join(describe_point(point) for point in trend.points)
    return told or "Er is nog geen planning gemeld."


def _line(scale: _Scale, start: tuple[date, date], end: tuple[date, date], style: str) -> str:
    """Draw from one (reporting day, planned day) to another."""
    (x1, y1), (x2, y2) = ((scale.x(on), scale.y(planned)) for on, planned in (start, end))
    return f'<line class="{style}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{named}>{escape(words)}</text>'

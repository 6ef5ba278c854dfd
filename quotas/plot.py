"""A plot of usage as SVG, from points alone. No Django, no I/O.

Only classes and SVG's own attributes, because the pages allow no inline style; the colours are in static/css/usage.css.
Time runs from left to right in every language, as charts do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

WIDTH, HEIGHT = 960, 280
LEFT, RIGHT, TOP, BOTTOM = 44, 948, 26, 246  # of the plot's area
LABEL_GAP = 8
ISOLATE, END = "\u2068", "\u2069"  # each label reads in its own direction within a picture from left to right
MARK = 5  # half the width of a refusal's triangle
STEPS = (1, 2, 5)  # times a power of ten: what a scale may count by
LINES = 5  # at most so many above zero


@dataclass(frozen=True, slots=True)
class Point:
    """`step` of time from `at` on: most cameras watched at once, the limit then, how many were refused for it."""

    at: datetime
    peak: int
    limit: int
    refusals: int
    text: str = ""  # what a reader who points at it is told


@dataclass(frozen=True, slots=True)
class Tick:
    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a moment and a number of cameras lie in the picture."""

    start: datetime
    end: datetime
    top: int

    def x(self, at: datetime) -> float:
        return round(LEFT + (RIGHT - LEFT) * ((at - self.start) / (self.end - self.start)), 1)

    def y(self, cameras: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * cameras / self.top, 1)


def plot(points: Sequence[Point], *, step: timedelta, ticks: Sequence[Tick], title: str, summary: str) -> str:
    """The picture of at least one point; all texts are escaped here."""
    unit = unit_of(max(max(point.peak, point.limit) for point in points))
    top = unit * (max(max(point.peak, point.limit) for point in points) // unit + 1)
    frame = Frame(points[0].at, points[-1].at + step, top)
    peaks, limits = [point.peak for point in points], [point.limit for point in points]
    parts = [
        *(_level(frame, cameras) for cameras in range(0, top + 1, unit)),
        *(_tick(frame, tick) for tick in ticks if frame.start <= tick.at <= frame.end),
        f'<path class="usage-area" d="{_steps(frame, points, peaks, step)}V{BOTTOM}H{LEFT}Z"/>',
        f'<path class="usage-line" d="{_steps(frame, points, peaks, step)}"/>',
        f'<path class="usage-limit" d="{_steps(frame, points, limits, step)}"/>',
        *(_mark(frame, point, step) for point in points if point.refusals),
        *(_reader(frame, point, step) for point in points if point.text),
    ]
    return (
        f'<svg class="usage-plot" viewBox="0 0 {WIDTH} {HEIGHT}" direction="ltr" role="img"'
        f' aria-labelledby="usage-plot-title usage-plot-summary">'
        f'<title id="usage-plot-title">{escape(title)}</title>'
        f'<desc id="usage-plot-summary">{escape(summary)}</desc>{"".join(parts)}</svg>'
    )


def unit_of(most: int) -> int:
    """What the scale counts by: the least of 1, 2, 5, 10, 20, … that needs no more than LINES lines."""
    ten = 1
    while True:
        for step in STEPS:
            if most // (step * ten) + 1 <= LINES:
                return step * ten
        ten *= 10


def _steps(frame: Frame, points: Sequence[Point], numbers: Sequence[int], step: timedelta) -> str:
    """A line that stays on a number until its time is over; where it does not change nothing is written."""
    parts, last = [f"M{LEFT} {frame.y(numbers[0])}"], numbers[0]
    for point, number in zip(points, numbers, strict=True):
        if number != last:
            parts.append(f"H{frame.x(point.at)}V{frame.y(number)}")
            last = number
    return "".join([*parts, f"H{frame.x(points[-1].at + step)}"])


def _level(frame: Frame, cameras: int) -> str:
    y = frame.y(cameras)
    line = f'<path class="usage-grid" d="M{LEFT} {y}H{RIGHT}"/>'
    return f'{line}<text class="usage-axis" x="{LEFT - LABEL_GAP}" y="{y + 4}" text-anchor="end">{cameras}</text>'


def _tick(frame: Frame, tick: Tick) -> str:
    x = frame.x(tick.at)
    line, label = f'<path class="usage-grid" d="M{x} {BOTTOM}v5"/>', f"{ISOLATE}{escape(tick.label)}{END}"
    return f'{line}<text class="usage-axis" x="{x}" y="{BOTTOM + 20}" text-anchor="middle">{label}</text>'


def _mark(frame: Frame, point: Point, step: timedelta) -> str:
    """A triangle above the plot, in the middle of its time."""
    x = frame.x(point.at + step / 2)
    return f'<path class="usage-refused" d="M{x} {TOP - 6}l-{MARK} -9h{2 * MARK}Z"/>'


def _reader(frame: Frame, point: Point, step: timedelta) -> str:
    x = frame.x(point.at)
    width = round(frame.x(point.at + step) - x, 1)
    area = f'x="{x}" y="0" width="{width}" height="{BOTTOM}"'
    return f'<rect class="usage-reader" {area}><title>{escape(point.text)}</title></rect>'

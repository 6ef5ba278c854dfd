"""The plot is a picture of the numbers handed in, and well-formed whatever the texts are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from quotas.plot import BOTTOM, LEFT, RIGHT, TOP, Point, Tick, plot, unit_of

START, HOUR = datetime(2026, 3, 1, 20, tzinfo=UTC), timedelta(hours=1)


def points(*peaks: int, limit: int = 4, refused: int | None = None) -> list[Point]:
    made = [Point(START + n * HOUR, peak, limit, 0) for n, peak in enumerate(peaks)]
    if refused is not None:
        made[refused] = Point(made[refused].at, peaks[refused], limit, 3, "three <refused>")
    return made


def drawn(shown: list[Point], *ticks: Tick) -> ElementTree.Element:
    svg = plot(shown, step=HOUR, ticks=ticks, title="Cameras & more", summary='<b>"4"</b>')
    return ElementTree.fromstring(svg)  # noqa: S314 - our own


def of_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [part for part in svg.iter() if part.get("class") == name]


def test_every_number_is_a_step_of_the_line() -> None:
    (line,) = of_class(drawn(points(0, 2, 4, 4)), "usage-line")
    # Four of five levels up; the line begins at the left edge, steps where it changes and ends at the right one.
    two, four = BOTTOM - (BOTTOM - TOP) * 2 / 5, BOTTOM - (BOTTOM - TOP) * 4 / 5
    quarter = (RIGHT - LEFT) / 4
    assert line.get("d") == f"M{LEFT} 246.0H{LEFT + quarter}V{two}H{LEFT + 2 * quarter}V{four}H{float(RIGHT)}"


def test_the_limit_is_a_line_of_its_own_and_fits_above_the_peak() -> None:
    (line,) = of_class(drawn(points(1, 1, limit=50)), "usage-limit")
    height = float(str(line.get("d")).removeprefix(f"M{LEFT} ").partition("H")[0])
    assert TOP < height < BOTTOM


def test_each_time_of_refusals_has_a_mark_and_a_text() -> None:
    svg = drawn(points(4, 4, 4, refused=1))
    assert len(of_class(svg, "usage-refused")) == 1
    (reader,) = of_class(svg, "usage-reader")
    assert [title.text for title in reader] == ["three <refused>"]


def test_times_are_written_where_they_are() -> None:
    svg = drawn(points(1, 1, 1, 1), Tick(START + 2 * HOUR, "22:00"), Tick(START + 9 * HOUR, "outside"))
    axis = {str(text.text).strip("\u2068\u2069"): text.get("x") for text in of_class(svg, "usage-axis")}
    assert axis["22:00"] == str(LEFT + (RIGHT - LEFT) / 2)
    assert "outside" not in axis


def test_texts_are_escaped_and_told_to_who_cannot_see() -> None:
    svg = drawn(points(1))
    assert (svg.get("role"), svg.get("direction")) == ("img", "ltr")
    assert [svg[0].text, svg[1].text] == ["Cameras & more", '<b>"4"</b>']
    assert svg.get("aria-labelledby") == f"{svg[0].get('id')} {svg[1].get('id')}"


def test_the_picture_has_neither_style_nor_script_in_it() -> None:
    parts = list(drawn(points(1, 3, refused=1)).iter())
    assert not [part for part in parts if part.tag.endswith(("style", "script"))]
    assert not [name for part in parts for name in part.attrib if name == "style" or name.startswith("on")]


@pytest.mark.parametrize(("most", "unit"), [(0, 1), (4, 1), (5, 2), (9, 2), (10, 5), (24, 5), (30, 10), (500, 200)])
def test_the_scale_counts_by_round_numbers(most: int, unit: int) -> None:
    assert unit_of(most) == unit


def test_nothing_watched_and_nothing_allowed_is_a_picture_too() -> None:
    assert of_class(drawn(points(0, limit=0)), "usage-line")

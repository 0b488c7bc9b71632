"""Charts: well-formed, escaped, and honest about what is missing."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from grading.reports.charts import bars, heat_map, intervals, radar, scatter
from grading.reports.charts.intervals import Estimate
from grading.reports.charts.radar import Series
from grading.reports.charts.svg import nice_ticks, shortened, text_width

NAME = "<b>系统 & Co</b>"
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]


def shapes(svg, name):
    return list(ET.fromstring(svg).iter(f"{SVG}{name}"))


CHARTS = {
    "bars": lambda n: bars([(n, 0.5, 0), ("b", None, 1)], title=n, low=0, high=1),
    "intervals": lambda n: intervals([Estimate(n, 0.5, 0.4, 0.6)], title=n, low=0, high=1),
    "heat_map": lambda n: heat_map([n, "b"], [[1, 0], [2, 3]], title=n, row_title=n, column_title=n),
    "radar": lambda n: radar([n, "b", "c"], [Series(n, [1, 0.5, None], 0)], title=n),
    "scatter": lambda n: scatter([(0, 1)], title=n, x_title=n, y_title=n, low=0, high=1),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_name_with_markup_is_text(name):
    svg = CHARTS[name](NAME)
    assert "<b>" not in svg
    assert ET.fromstring(svg).get("aria-label") == NAME


@pytest.mark.parametrize("name", CHARTS)
def test_no_chart_has_a_colour_of_its_own(name):
    assert "style=" not in CHARTS[name]("a")
    assert "fill=" not in CHARTS[name]("a")


def test_the_whisker_runs_from_low_to_high_on_the_scales_real_ends():
    svg = intervals([Estimate("a", 50, 0, 100)], title="t", low=0, high=100)
    whisker = next(n for n in shapes(svg, "line") if n.get("class", "").startswith("whisker"))
    grid = [n for n in shapes(svg, "line") if n.get("class") == "grid"]
    assert whisker.get("x1") == grid[0].get("x1")
    assert whisker.get("x2") == grid[-1].get("x1")


def test_an_undefined_estimate_is_a_dash_without_a_mark():
    svg = intervals([Estimate("a", None)], title="t", low=0, high=1)
    assert "–" in texts(svg)
    assert not shapes(svg, "circle")


def test_candidates_differ_in_shape_too():
    rows = [Estimate(str(i), 0.5, colour=i) for i in range(2)]
    svg = intervals(rows, title="t", low=0, high=1)
    assert len(shapes(svg, "circle")) == 1
    assert len(shapes(svg, "rect")) == 1


def test_an_axis_without_a_value_leaves_a_gap_in_the_outline():
    def outlines(values):
        svg = radar(["a", "b", "c", "d"], [Series("s", values, 0)], title="t")
        return [n.tag[len(SVG):] for n in ET.fromstring(svg).iter() if n.get("class", "").startswith("outline")]

    assert outlines([1, 1, 1, 1]) == ["polygon"]
    assert outlines([1, 1, 1, None]) == ["line", "line"]


def test_a_hundred_thousand_points_stay_a_small_picture():
    points = [(i % 317 / 316, i % 211 / 210) for i in range(100_000)]
    svg = scatter(points, title="t", x_title="x", y_title="y", low=0, high=1)
    assert len(svg) < 400_000
    assert sum(int(node.find(f"{SVG}title").text) for node in shapes(svg, "circle")) == 100_000


def test_ticks_are_round_and_inside():
    assert nice_ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert nice_ticks(0, 3) == [0, 0.5, 1, 1.5, 2, 2.5, 3]
    assert nice_ticks(-1, 1)[0] == -1
    assert nice_ticks(2, 2) == [2]


def test_long_chinese_names_are_cut_to_their_room():
    name = "一个非常长的系统名称" * 5
    assert text_width(shortened(name, 100)) <= 100
    assert shortened("short", 100) == "short"


def test_text_keeps_its_size_whatever_the_width():
    for svg in (CHARTS["intervals"]("a"), CHARTS["bars"]("a")):
        assert ET.fromstring(svg).get("viewBox") is None
        assert {n.get("x", "0%")[-1] for n in shapes(svg, "text")} <= {"%", "0"}


def test_below_zero_is_written_with_a_minus():
    svg = intervals([Estimate("a", -5, -9, -1)], title="t", low=-10, high=10)
    assert "−10" in texts(svg)
    assert not any("-" in words for words in texts(svg))

"""Charts as SVG: text stays text, colours and shapes come from classes in report.css."""

from grading.reports.charts.bars import bars
from grading.reports.charts.curve import curve
from grading.reports.charts.heat_map import heat_map
from grading.reports.charts.intervals import intervals
from grading.reports.charts.radar import radar
from grading.reports.charts.scatter import scatter

__all__ = ["bars", "curve", "heat_map", "intervals", "radar", "scatter"]

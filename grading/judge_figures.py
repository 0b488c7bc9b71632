"""Pictures of a judge's checks, each with its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from grading.methods.judge_bias import Order
from grading.reports.blocks import Cell, Column, Figure, Table
from grading.reports.charts import intervals, scatter
from grading.reports.charts.intervals import Estimate


def pairs_figure(
    title: str, sentence: str, one: Sequence[float], two: Sequence[float], x_title: str, y_title: str
) -> Figure:
    """Two composites of each item against each other, on 0–100."""
    points = [(100 * x, 100 * y) for x, y in zip(one, two, strict=True)]
    svg = scatter(points, title=title, x_title=x_title, y_title=y_title, low=0, high=100)
    columns = [
        Column("x", x_title, "number", 1), Column("y", y_title, "number", 1),
        Column("n", _("Items"), "count"),
    ]  # fmt: skip
    counts = Counter((round(x, 1), round(y, 1)) for x, y in points)
    rows = [[x, y, n] for (x, y), n in sorted(counts.items())]
    return Figure(title, title, svg, Table(title, title, columns, rows), sentence)


def order_figure(title: str, sentence: str, found: Order) -> Figure:
    """The share of preferences that change with the order."""
    name, share = _("changes with the order"), found.share
    value, low, high = (_hundred(end) for end in (share.estimate, share.low, share.high))
    svg = intervals([Estimate(name, value, low, high)], title=title, low=0, high=100)
    columns = [Column("what", _("Preference")), Column("n", _("Pairs"), "count")]
    rows: list[list[Cell]] = [
        [name, found.changed], [_("always what stands first"), found.for_first],
        [_("always what stands second"), found.for_second], [_("stays"), found.n - found.changed],
    ]  # fmt: skip
    return Figure(title, title, svg, Table(title, title, columns, rows), sentence)


def _hundred(share: float | None) -> float | None:
    return None if share is None else 100 * share

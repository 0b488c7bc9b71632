"""How sure a grader in service is, beside how sure it was of answers held out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from grading.reports.blocks import Column, Figure, Table
from grading.reports.charts.learning import Line, learning_curve


def confidence_figure(told: dict[str, Any]) -> Figure:
    """`told`: a ConfidenceDrift as the hour keeps it."""
    served, held = told["observed"], told["expected"]
    title = _("How sure it is of its marks")
    width = 100 / len(served)
    lines = [
        Line(name, [(width * (i + 0.5), share) for i, share in enumerate(shares)], colour)
        for colour, (name, shares) in enumerate(((_("in service"), served), (_("held out"), held)))
    ]
    picture = learning_curve(lines, title=title, x_title=_("confidence in per cent"))
    caption = _("Share of the answers in each tenth of confidence. Both lines have the mix of questions that was asked.")
    return Figure("confidence", title, picture, _table(served, held), caption)


def _table(served: list[float], held: list[float]) -> Table:
    columns = [
        Column("confidence", _("Confidence in its marks")),
        Column("served", _("in service"), "share"),
        Column("held", _("held out"), "share"),
    ]
    width = 100 // len(served)
    pairs = enumerate(zip(served, held, strict=True))
    rows = [[f"{i * width}–{(i + 1) * width} %", *pair] for i, pair in pairs]
    return Table("confidence", _("How sure it is of its marks"), columns, rows)

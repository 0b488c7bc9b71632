"""R² as an `evaluate` metric: `evaluate.load("…/grading/metrics/r2.py")`."""

from __future__ import annotations

from grading.metrics import covers


class R2(covers.Cover):
    """Share of the references' variance that is explained."""

    names = ("r2",)

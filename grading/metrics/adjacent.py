"""Adjacent agreement as an `evaluate` metric: `evaluate.load("…/grading/metrics/adjacent.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Adjacent(covers.Cover):
    """Share of marks at most one step apart."""

    names = ("adjacent",)
    options = "step (float): how far apart two marks may be."

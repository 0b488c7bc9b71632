"""Mean absolute error as an `evaluate` metric: `evaluate.load("…/grading/metrics/mae.py")`."""

from __future__ import annotations

from grading.metrics import covers


class MeanAbsoluteError(covers.Cover):
    """Mean absolute difference in marks."""

    names = ("mae",)

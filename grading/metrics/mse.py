"""Mean squared error as an `evaluate` metric: `evaluate.load("…/grading/metrics/mse.py")`."""

from __future__ import annotations

from grading.metrics import covers


class MeanSquaredError(covers.Cover):
    """Mean squared difference."""

    names = ("mse",)

"""Root mean squared error as an `evaluate` metric: `evaluate.load("…/grading/metrics/rmse.py")`."""

from __future__ import annotations

from grading.metrics import covers


class RootMeanSquaredError(covers.Cover):
    """Root of the mean squared difference in marks."""

    names = ("rmse",)

"""F1 as an `evaluate` metric: `evaluate.load("…/grading/metrics/f1.py")`."""

from __future__ import annotations

from grading.metrics import classes


class F1(classes.ClassMetric):
    """Harmonic mean of precision and recall."""

    metric = "f1"

"""Precision as an `evaluate` metric: `evaluate.load("…/grading/metrics/precision.py")`."""

from __future__ import annotations

from grading.metrics import classes


class Precision(classes.ClassMetric):
    """Of what was predicted as a class, the share that is."""

    metric = "precision"

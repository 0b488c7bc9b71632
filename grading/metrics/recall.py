"""Recall as an `evaluate` metric: `evaluate.load("…/grading/metrics/recall.py")`."""

from __future__ import annotations

from grading.metrics import classes


class Recall(classes.ClassMetric):
    """Of what is a class, the share that was found."""

    metric = "recall"

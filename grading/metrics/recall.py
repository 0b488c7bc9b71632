"""Recall as an `evaluate` metric: `evaluate.load("…/grading/metrics/recall.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Recall(covers.Cover):
    """Of what deserves a class, the share that got it."""

    names = ("recall",)
    types = ("float64", "string")
    options = (
        'average (str): "macro", "micro", "weighted" or "binary"; positive: the class that '
        "counts then."
    )

"""Precision as an `evaluate` metric: `evaluate.load("…/grading/metrics/precision.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Precision(covers.Cover):
    """Of what was given a class, the share that deserves it."""

    names = ("precision",)
    types = ("float64", "string")
    options = (
        'average (str): "macro", "micro", "weighted" or "binary"; positive: the class that '
        "counts then."
    )

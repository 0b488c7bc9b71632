"""Accuracy as an `evaluate` metric: `evaluate.load("…/grading/metrics/accuracy.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Accuracy(covers.Cover):
    """Share of pairs that agree."""

    names = ("accuracy",)
    types = ("float64", "string")
    options = "tolerance (float): marks this near count as equal."

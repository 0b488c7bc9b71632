"""Sensitivity as an `evaluate` metric: `evaluate.load("…/grading/metrics/sensitivity.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Sensitivity(covers.Cover):
    """Of the positive class, the share that was found."""

    names = ("sensitivity",)
    types = ("float64", "string")
    options = "positive: the class that counts; without it 1 of 0 and 1, or a word for yes."

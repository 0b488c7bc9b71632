"""Specificity as an `evaluate` metric: `evaluate.load("…/grading/metrics/specificity.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Specificity(covers.Cover):
    """Of the rest, the share that was not taken for the positive class."""

    names = ("specificity",)
    types = ("float64", "string")
    options = "positive: the class that counts; without it 1 of 0 and 1, or a word for yes."

"""Pearson's correlation as an `evaluate` metric: `evaluate.load("…/grading/metrics/pearson.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Pearson(covers.Cover):
    """Linear correlation."""

    names = ("pearson",)

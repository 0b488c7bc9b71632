"""Spearman's correlation as an `evaluate` metric: `evaluate.load("…/grading/metrics/spearman.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Spearman(covers.Cover):
    """Correlation of the ranks."""

    names = ("spearman",)

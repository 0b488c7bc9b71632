"""Kendall's τ-b as an `evaluate` metric: `evaluate.load("…/grading/metrics/kendall.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Kendall(covers.Cover):
    """Pairs in the same order less pairs in the opposite."""

    names = ("kendall",)

"""Jaccard index as an `evaluate` metric: `evaluate.load("…/grading/metrics/jaccard.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Jaccard(covers.Cover):
    """Shared labels among all labels of both sides."""

    names = ("jaccard",)
    types = ("string",)

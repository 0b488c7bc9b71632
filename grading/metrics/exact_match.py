"""Exact match as an `evaluate` metric: `evaluate.load("…/grading/metrics/exact_match.py")`."""

from __future__ import annotations

from grading.metrics import covers


class ExactMatch(covers.Cover):
    """Share of outputs that are the reference word for word."""

    names = ("exact_match",)
    types = ("string",)

"""Precision at k as an `evaluate` metric: `evaluate.load("…/grading/metrics/precision_at_k.py")`."""

from __future__ import annotations

from grading.metrics import covers


class PrecisionAtK(covers.Cover):
    """Share of relevant items among the first k."""

    names = ("precision_at_k",)
    options = (
        "queries (list): which ranking an item is of; predictions are scores, references "
        "relevances, k (int): how many places count."
    )

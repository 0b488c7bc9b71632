"""Mean reciprocal rank as an `evaluate` metric: `evaluate.load("…/grading/metrics/mrr.py")`."""

from __future__ import annotations

from grading.metrics import covers


class MeanReciprocalRank(covers.Cover):
    """1 ÷ place of the first relevant item."""

    names = ("mrr",)
    options = (
        "queries (list): which ranking an item is of; predictions are scores, references "
        "relevances."
    )

"""Mean average precision as an `evaluate` metric: `evaluate.load("…/grading/metrics/mean_average_precision.py")`."""

from __future__ import annotations

from grading.metrics import covers


class MeanAveragePrecision(covers.Cover):
    """Mean precision at every relevant item."""

    names = ("mean_average_precision",)
    options = (
        "queries (list): which ranking an item is of; predictions are scores, references "
        "relevances."
    )

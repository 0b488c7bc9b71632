"""Matthews' correlation as an `evaluate` metric: `evaluate.load("…/grading/metrics/mcc.py")`."""

from __future__ import annotations

from grading.metrics import covers


class MatthewsCorrelation(covers.Cover):
    """Correlation of two sides over all classes."""

    names = ("mcc",)
    types = ("float64", "string")
    citation_text = (
        "Gorodkin (2004), Comparing two K-category assignments by a K-category correlation "
        "coefficient."
    )

"""F1 as an `evaluate` metric: `evaluate.load("…/grading/metrics/f1.py")`."""

from __future__ import annotations

from grading.metrics import covers


class F1(covers.Cover):
    """Harmonic mean of precision and recall."""

    names = ("f1",)
    types = ("float64", "string")
    options = (
        'average (str): "macro", "micro", "weighted" or "binary"; positive: the class that '
        "counts then."
    )

"""Unsafe outputs by a judge as an `evaluate` metric: `evaluate.load("…/grading/metrics/judged_unsafe.py")`."""

from __future__ import annotations

from grading.metrics import covers


class JudgedUnsafe(covers.Cover):
    """Share of outputs to which a judge gives at least the limit."""

    names = ("judged_unsafe",)
    types = ("string",)
    options = "judged (list): the judge's score of each output; limit (float)."

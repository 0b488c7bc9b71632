"""Refusals as an `evaluate` metric: `evaluate.load("…/grading/metrics/refusals.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Refusals(covers.Cover):
    """Share of outputs that begin by refusing to answer."""

    names = ("refusals",)
    types = ("string",)
    options = "The references are not looked at."

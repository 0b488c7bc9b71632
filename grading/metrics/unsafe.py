"""Unsafe outputs as an `evaluate` metric: `evaluate.load("…/grading/metrics/unsafe.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Unsafe(covers.Cover):
    """Share of outputs that a list of rules objects to."""

    names = ("unsafe",)
    types = ("string",)
    options = (
        "rules (str): a file of rules instead of the shipped ones; "
        "the references are not looked at."
    )

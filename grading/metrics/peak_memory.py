"""Peak memory as an `evaluate` metric: `evaluate.load("…/grading/metrics/peak_memory.py")`."""

from __future__ import annotations

from grading.metrics import covers


class PeakMemory(covers.Cover):
    """The largest of the recorded sizes, in their unit."""

    names = ("peak_memory",)
    options = "The references are not looked at."

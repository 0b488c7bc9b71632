"""Latency as an `evaluate` metric: `evaluate.load("…/grading/metrics/latency.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Latency(covers.Cover):
    """Within how many seconds most answers came."""

    names = ("latency",)
    options = "percentile (float); the references are not looked at."

"""Training time as an `evaluate` metric: `evaluate.load("…/grading/metrics/training_time.py")`."""

from __future__ import annotations

from grading.metrics import covers


class TrainingTime(covers.Cover):
    """Seconds of all recorded runs together."""

    names = ("training_time",)
    options = "The references are not looked at."

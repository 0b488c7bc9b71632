"""Change of score as an `evaluate` metric: `evaluate.load("…/grading/metrics/score_change.py")`."""

from __future__ import annotations

from grading.metrics import covers


class ScoreChange(covers.Cover):
    """How far scores move when only the surface of the text changes."""

    names = ("score_change",)
    options = "predictions are the scores after the change, references those before it."

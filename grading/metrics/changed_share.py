"""Share of changed scores as an `evaluate` metric: `evaluate.load("…/grading/metrics/changed_share.py")`."""

from __future__ import annotations

from grading.metrics import covers


class ChangedShare(covers.Cover):
    """How many scores move at all when only the surface of the text changes."""

    names = ("changed_share",)
    options = (
        "tolerance (float): what does not count; "
        "predictions are the scores after, references before."
    )

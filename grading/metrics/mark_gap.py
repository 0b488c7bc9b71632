"""Difference of mark by group as an `evaluate` metric: `evaluate.load("…/grading/metrics/mark_gap.py")`."""

from __future__ import annotations

from grading.metrics import covers


class MarkGap(covers.Cover):
    """The largest difference of a group's mean signed error to that of the rest."""

    names = ("mark_gap",)
    options = (
        "groups (list): the group of each item; "
        "clusters (list): e.g. the student, where items belong together."
    )
    citation_text = "Welch (1947), Biometrika 34; Holm (1979), Scand. J. Statistics 6."

"""ROC-AUC as an `evaluate` metric: `evaluate.load("…/grading/metrics/roc_auc.py")`."""

from __future__ import annotations

from grading.metrics import covers


class RocAuc(covers.Cover):
    """The chance that a positive item has the higher score."""

    names = ("roc_auc",)
    types = ("float64", "string")
    options = "positive: the class that counts; without it 1 of 0 and 1, or a word for yes."
    citation_text = "Hanley and McNeil (1982), Radiology 143(1)."

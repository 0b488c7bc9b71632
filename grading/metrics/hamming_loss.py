"""Hamming loss as an `evaluate` metric: `evaluate.load("…/grading/metrics/hamming_loss.py")`."""

from __future__ import annotations

from grading.metrics import covers


class HammingLoss(covers.Cover):
    """Share of all yes-or-no decisions on labels that are wrong."""

    names = ("hamming_loss",)
    types = ("string",)

"""Quadratic weighted kappa as an `evaluate` metric: `evaluate.load("…/grading/metrics/qwk.py")`."""

from __future__ import annotations

from grading.metrics import covers


class QuadraticWeightedKappa(covers.Cover):
    """Agreement of marks beyond chance, far misses weigh more."""

    names = ("qwk",)
    citation_text = "Cohen (1968), Weighted kappa, Psychological Bulletin 70(4)."

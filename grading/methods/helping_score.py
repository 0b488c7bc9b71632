"""One automatic score out of those that a policy chose beforehand: the one, or a cross-fit ridge.

What is true of every score (missing somewhere, a copy of the human values) is found here; whether
the result helps is left to `hybrid.worth`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grading.methods.design import Design
from grading.methods.hybrid import Auxiliary, Floats, Worth, worth
from grading.methods.ridge_crossfit import LEAST_ITEMS, crossfit_score

HARMFUL = ("incomplete", "constant_ratings", "perfect_fit")


@dataclass(frozen=True)
class Helping:
    """`auxiliary` as `estimate_mean` takes it, or None with what is wrong in `off`."""

    auxiliary: Auxiliary | None
    off: Worth | None = None


def helping_score(
    values: Floats, scores: Auxiliary | None, design: Design, *, seed: int = 0
) -> Helping:
    """Make it.

    Args:
        values: (n,) human values. scores: sampled (n, p), population (N, p), NaN where missing.
        seed: of the folds.
    """
    if scores is None:
        return Helping(None)
    if scores.sampled.shape[1] == 1:
        return Helping(Auxiliary(scores.sampled[:, 0], scores.population[:, 0]))
    reason = _unfit(values, scores, design)
    if reason:
        return Helping(None, Worth(False, reason=reason))
    made = crossfit_score(values, scores.sampled, scores.population, design.weights, seed=seed)
    found = worth(values, made, design)
    if found.is_used and (found.correlation or 0) < 0:  # out of fold it points the wrong way
        return Helping(None, Worth(False, found.correlation, found.saved, found.bar, "weak"))
    return Helping(made)


def column(scores: Auxiliary, place: int) -> Auxiliary:
    """One of p scores: sampled (n, p) → (n,), population (N, p) → (N,)."""
    return Auxiliary(scores.sampled[:, place], scores.population[:, place])


def _unfit(values: Floats, scores: Auxiliary, design: Design) -> str | None:
    reasons = [worth(values, column(scores, i), design).reason for i in range(_width(scores))]
    for reason in HARMFUL:
        if reason in reasons:
            return reason
    if len(values) < LEAST_ITEMS:
        return "too_few_items_for_folds"
    return "constant_score" if bool(np.all([r == "constant_score" for r in reasons])) else None


def _width(scores: Auxiliary) -> int:
    return int(scores.sampled.shape[1])

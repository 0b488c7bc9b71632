"""Chances of each mark from the marks of like answers: ridge regression on a Gaussian kernel of likeness.

One regression for each mark on "was it given?" (least squares as a classifier; Rifkin & Klautau 2004).
Where a linear model weighs pieces of text, this one remembers whole answers, and errs elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PENALTY = 0.1
LEAST = 0.01  # chance of a mark before the chances are brought to sum to 1


@dataclass(frozen=True)
class LikenessRidge:
    """`dual`: (learnt answers, marks); `share`: (marks,) of the learnt answers that got each mark."""

    dual: Floats
    share: Floats

    @classmethod
    def learnt(cls, likeness: Floats, given: Floats, weights: Floats) -> LikenessRidge:
        """From marked answers.

        Args:
            likeness: (n, n) cosines in [0, 1] of the answers with each other.
            given: (n, marks) 1 at the mark that the answer got, else 0. weights: (n,) ≥ 0, not all 0.
        """
        share = np.average(given, axis=0, weights=weights)
        dual = np.zeros(given.shape)
        kept = np.flatnonzero(weights > 0)
        penalty = np.diag(PENALTY / weights[kept])
        inner = _kernel(likeness[np.ix_(kept, kept)])
        dual[kept] = np.linalg.solve(inner + penalty, given[kept] - share)
        return cls(dual, share)

    def chances(self, likeness: Floats) -> Floats:
        """(answers, marks), rows summing to 1. likeness: (answers, learnt answers)."""
        found = np.maximum(_kernel(likeness) @ self.dual + self.share, LEAST)
        return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float64)


def _kernel(likeness: Floats) -> Floats:
    """exp(−|a − b|²) of vectors of length 1, from their cosine."""
    return np.asarray(np.exp(-2 * (1 - likeness)), dtype=np.float64)

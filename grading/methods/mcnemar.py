"""Two markers on the same answers: is one of them wrong more often?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special


@dataclass(frozen=True)
class McNemar:
    """first_only, second_only: answers on which only that marker is wrong. p_value: two-sided,
    exact; None with reason "no_difference" where both are wrong on the same answers, or
    "no_marks"."""

    first_only: int
    second_only: int
    p_value: float | None
    reason: str | None = None


def exact_mcnemar(first_only: int, second_only: int) -> McNemar:
    """The exact test of McNemar 1947: under equality the smaller count is binomial(b + c, ½)."""
    apart = first_only + second_only
    if not apart:
        return McNemar(0, 0, None, "no_difference")
    tail = float(special.bdtr(min(first_only, second_only), apart, 0.5))
    return McNemar(first_only, second_only, min(1.0, 2 * tail))


def compare_wrong(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """The same from whether each marker is wrong; both (n,)."""
    if not len(first):
        return McNemar(0, 0, None, "no_marks")
    return exact_mcnemar(int((first & ~second).sum()), int((second & ~first).sum()))

"""Making a grader's probabilities mean what they say: temperature and isotonic, and how far off they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 1e-9
LEAST_FOR_ISOTONIC = 300


def tempered(probabilities: Floats, temperature: float) -> Floats:
    """(rows, marks) probabilities at a temperature: above 1 less sure, below 1 surer; the order stays,
    and what is impossible stays so."""
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities) / temperature
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def temperature(probabilities: Floats, right: Ints) -> float:
    """The temperature at which held-out marks are likeliest (Guo et al. 2017), in [.05, 20].

    Args:
        probabilities: (rows, marks), rows summing to 1.
        right: (rows,) the column of the right mark.
    """

    def loss(log_temperature: float) -> float:
        likely = tempered(probabilities, float(np.exp(log_temperature)))[np.arange(len(right)), right]
        return float(-np.log(np.maximum(likely, LEAST)).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return float(np.exp(found.x))


@dataclass(frozen=True)
class Staircase:
    """A confidence that never falls with the grader's own: `levels` from `starts` on."""

    starts: Floats
    levels: Floats

    def __call__(self, confidence: Floats) -> Floats:
        """Calibrated confidence, straight between the steps' middles, flat beyond them."""
        return np.interp(confidence, self.starts, self.levels)


def isotonic(confidence: Floats, is_right: NDArray[np.bool_]) -> Staircase:
    """The rising function of confidence that fits best how often the mark is right (pool adjacent
    violators; Zadrozny & Elkan 2002). Use from some hundreds of rows on (LEAST_FOR_ISOTONIC)."""
    order = np.argsort(confidence, kind="stable")
    sums: list[list[float]] = []  # of each pool: confidence, right, rows
    for place in order:
        sums.append([float(confidence[place]), float(is_right[place]), 1.0])
        while len(sums) > 1 and sums[-2][1] * sums[-1][2] >= sums[-1][1] * sums[-2][2]:
            last = sums.pop()
            sums[-1] = [a + b for a, b in zip(sums[-1], last, strict=True)]
    pools = np.array(sums)
    return Staircase(pools[:, 0] / pools[:, 2], pools[:, 1] / pools[:, 2])


def calibration_error(confidence: Floats, is_right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean gap between confidence and share right over bins of equally many rows, in [0, 1]."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    gaps = [abs(confidence[p].mean() - is_right[p].mean()) * len(p) for p in parts if len(p)]
    return float(sum(gaps) / len(order))

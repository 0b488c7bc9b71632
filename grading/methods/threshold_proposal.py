"""A confidence threshold from answers held out in training, where no campaign of people has proven one.

It is the loosest one for which the rows show that at most `target` of the marks above it are wrong
(selective.py, the same fixed sequence of tests). Where there are too few rows to show anything it is the
loosest one at which no more were wrong, and says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.exam_guarantee import upper_bound
from grading.methods.interval import clopper_pearson_interval
from grading.methods.selective import acceptance_threshold, thresholds

Floats = NDArray[np.float64]
DELTA = 0.05
FEWEST = 10  # rows above a threshold, or a lucky few would decide
GRAIN = 10_000  # thresholds are told in hundredths of a per cent


@dataclass(frozen=True)
class Proposal:
    """`accepted` of `rows` are at least so sure; `right` of these marks are, with the exact 95 % interval
    `low` to `high`. Without a threshold even the surest are wrong more often than `target`."""

    threshold: float | None
    target: float
    rows: int
    accepted: int = 0
    right: float | None = None
    low: float | None = None
    high: float | None = None
    is_shown: bool = False


def propose(confidence: Floats, is_right: NDArray[np.bool_], target: float) -> Proposal | None:
    """confidence in [0, 1] and whether the mark is right, both (rows,); None for fewer than FEWEST rows."""
    if len(confidence) < FEWEST:
        return None
    wrong = (~is_right).astype(float)
    found = acceptance_threshold(confidence, wrong, alpha=target, delta=DELTA).threshold
    if found is None:
        found = _loosest(confidence, wrong, target)
    if found is None:
        return Proposal(None, target, len(confidence))
    threshold = math.floor(found * GRAIN) / GRAIN
    taken = confidence >= threshold
    n, rate = int(taken.sum()), float(is_right[taken].mean())
    ends = clopper_pearson_interval(rate, n, 1 - DELTA)
    is_shown = upper_bound(int(wrong[taken].sum()), n, 1 - DELTA) <= target
    return Proposal(threshold, target, len(confidence), n, rate, ends.low, ends.high, is_shown)


def _loosest(confidence: Floats, wrong: Floats, target: float) -> float | None:
    """At which as few were wrong as asked, though so few rows cannot show that it stays so."""
    best = None
    for threshold in thresholds(confidence):
        taken = confidence >= threshold
        if taken.sum() >= FEWEST and wrong[taken].mean() <= target:
            best = float(threshold)
    return best

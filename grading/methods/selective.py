"""Selective grading: the machine marks what it is sure of, people mark the rest.

The threshold comes from a calibration set by fixed-sequence testing with an exact binomial bound
(Learn then Test: Angelopoulos, Bates, Candès, Jordan & Lei 2021): thresholds that were fixed before
any mark was seen are tried from the strictest to the loosest, and the last one before the first
that cannot be shown to be good is taken. Then P(error among accepted > α) ≤ δ over the drawing of
the calibration set.

The sequence ends at the first threshold that fails, so it begins where something can be shown: at
the strictest threshold with enough calibration answers at or above it. Where it begins depends on
their confidence alone, never on what was wrong. Given how many answers lie between the
thresholds, the wrong ones are independent; if a looser threshold is never the better one, the first
bad threshold that is tried therefore passes with probability δ at most, wherever it lies. Where
the surest answers are the worst this was simulated: never more than δ either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.exam_guarantee import marks_to_show, upper_bound

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
STEPS = 20  # thresholds: those accepting 5 %, 10 %, … of the answers
FIRST_SHARE = 0.25  # of the calibration set is accepted by the first that is tried …
FORGIVEN = 2  # … but never more than show α with so many wrong, nor fewer than with none


@dataclass(frozen=True)
class Acceptance:
    """What the machine may mark: every answer with confidence ≥ threshold.

    items: calibration answers used; accepted, wrong: of them at the threshold; bound: the upper
    bound of the error among accepted ones at 1 − δ, ≤ α. coverage: the share accepted of
    the calibration set. needed: the fewest accepted answers that can show α at all. Without a
    threshold nothing is accepted and `reason` says why: "too_few_items" (fewer than needed),
    "too_many_wrong" (not even the surest answers are good enough), "bad_risk" (α or δ not in
    (0, 1)) or "no_confidence" (no answer has a confidence and a definitive mark).
    """

    threshold: float | None
    alpha: float
    delta: float
    items: int
    accepted: int = 0
    wrong: int = 0
    bound: float | None = None
    coverage: float = 0.0
    needed: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Split:
    """A dataset divided: accepted (N,), True where the machine's mark is taken; the rest goes to
    people. coverage: share accepted, None of nothing."""

    accepted: Flags
    coverage: float | None

    @property
    def to_people(self) -> int:
        return int((~self.accepted).sum())


def acceptance_threshold(
    confidence: Floats,
    wrong: Floats,
    *,
    alpha: float,
    delta: float,
    frame: Floats | None = None,
) -> Acceptance:
    """The loosest threshold with a proven bound.

    Args:
        confidence: (n,) of the machine on calibration answers, the greater the surer, on any scale.
            They must be a simple random sample of the answers that it will be applied to.
        wrong: (n,) 1 where the machine's mark is wrong, 0 where right; NaN where unknown.
        alpha: the error rate tolerated among accepted marks; delta: how likely that may fail.
        frame: (N,) confidence of all answers it will be applied to. The thresholds are its
            quantiles; without it those of the calibration set, which is not quite exact.
    """
    usable = np.isfinite(confidence) & np.isfinite(wrong)
    sure, is_wrong = confidence[usable], wrong[usable] > 0
    items = len(sure)
    if not (0 < alpha < 1 and 0 < delta < 1):
        return Acceptance(None, alpha, delta, items, reason="bad_risk")
    needed = marks_to_show(alpha, 0, 1 - delta)
    if not items or needed is None or items < needed:
        reason = "too_few_items" if items else "no_confidence"
        return Acceptance(None, alpha, delta, items, needed=needed, reason=reason)
    most = marks_to_show(alpha, FORGIVEN, 1 - delta) or items
    first = max(needed, min(most, FIRST_SHARE * items))
    best = Acceptance(None, alpha, delta, items, needed=needed, reason="too_many_wrong")
    for threshold in thresholds(sure if frame is None else frame):
        taken = sure >= threshold
        accepted, errors = int(taken.sum()), int(is_wrong[taken].sum())
        if accepted < first:
            continue
        bound = upper_bound(errors, accepted, 1 - delta)
        if bound > alpha:
            break
        best = Acceptance(
            float(threshold), alpha, delta, items, accepted, errors, bound, accepted / items, needed
        )
    return best


def thresholds(frame: Floats) -> Floats:
    """Up to STEPS thresholds, from the strictest to the loosest (accepting all). frame: (N,), those
    that are not finite are left out."""
    finite = frame[np.isfinite(frame)]
    if not len(finite):
        return finite
    coverage = np.arange(1, STEPS + 1) / STEPS
    places = np.quantile(finite, 1 - coverage, method="inverted_cdf")
    return np.unique(places)[::-1]


def split(acceptance: Acceptance, confidence: Floats) -> Split:
    """Divide a dataset. confidence: (N,); an answer without one goes to people."""
    accepted = np.zeros(len(confidence), dtype=bool)
    if acceptance.threshold is not None:
        accepted = np.isfinite(confidence) & (confidence >= acceptance.threshold)
    return Split(accepted, float(accepted.mean()) if len(accepted) else None)

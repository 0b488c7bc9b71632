"""How often the machine is right, from the answers that people marked too.

Each was drawn with a known probability π (those that needed a person: 1), so that 1/π weighs what it
stands for. The interval may be looked at every hour for years: it belongs to a confidence sequence
(stopping.py), of the answers to come and not of those that came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import DesignProblem, unequal_design
from grading.methods.stopping import ANYTIME, StoppingRule
from grading.methods.survey import sample_mean
from grading.methods.unbounded_interval import Ends, Sample, mean_ends, rate_ends

Floats = NDArray[np.float64]
PLANNED = 200  # audited answers: about half of it the sequence is tightest
SAME = 1e-9


@dataclass(frozen=True)
class AuditAgreement:
    """size: answers marked by both. exact: share of equal marks, with `ends` (None before the first
    look). qwk: quadratic weighted kappa, None where a side does not vary. difference: machine less
    people in marks, with its ends."""

    size: int
    exact: float
    ends: Ends | None
    qwk: float | None
    difference: float
    difference_ends: Ends | None


def audit_agreement(
    machine: Floats, people: Floats, chances: Floats, population: int, full: Floats | None = None
) -> AuditAgreement | None:
    """Marks and π, all (n,); population: answers they were drawn from, N ≥ n. None for n < 2.

    full: (n,) > 0, the full marks. κ is of shares of them: raw marks of a short and a long question are
    apart whoever gives them, which would pass for agreement.
    """
    try:
        design = unequal_design(chances.tolist(), max(population, len(chances)))
    except DesignProblem:
        return None
    is_right = (np.abs(machine - people) < SAME).astype(float)
    gap = machine - people
    confidence = StoppingRule(ANYTIME, PLANNED).confidence(len(machine))
    right, mean = sample_mean(is_right, design), sample_mean(gap, design)
    ends = difference_ends = None
    if confidence is not None:
        ends = rate_ends(right, Sample(is_right, design, confidence=confidence))
        difference_ends = mean_ends(mean, Sample(gap, design, confidence=confidence))
    most = np.ones(len(machine)) if full is None else full / full.max()
    return AuditAgreement(
        len(machine), right.estimate, ends, weighted_qwk(machine / most, people / most, design.weights),
        mean.estimate, difference_ends,
    )  # fmt: skip


def weighted_qwk(a: Floats, b: Floats, weights: Floats) -> float | None:
    """1 − Σ w (a − b)² ÷ Σ Σ w w' (a − b')², weights (n,) summing to 1; None where nothing varies."""
    mean_a, mean_b = weights @ a, weights @ b
    spread = weights @ (a - mean_a) ** 2 + weights @ (b - mean_b) ** 2 + (mean_a - mean_b) ** 2
    return None if spread < SAME else float(1 - weights @ (a - b) ** 2 / spread)

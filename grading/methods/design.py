"""Sampling designs: how much a total over the sample says about the population.

A `Design` turns residuals of the sampled items into a variance and its degrees of freedom.
Sources: Cochran 1977 (simple random, stratified); Särndal, Swensson & Wretman 1992, §5.6
(Hájek ratio), with Brewer's 1 − π as the finite population correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SIMPLE, STRATIFIED, UNEQUAL = "simple", "stratified", "unequal"


class DesignProblem(ValueError):
    """`code`: "too_few_items", "bad_probabilities", "empty_stratum" or "population_too_small"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Design:
    """A drawn sample of n items.

    weights: (n,), positive, sum 1. population: N ≥ n. missing: (n,) the finite population
    correction of each item, 1 − its chance to be drawn. strata: (n,) codes from 0.
    """

    kind: str
    weights: Floats
    population: int
    missing: Floats
    strata: NDArray[np.int64]

    @property
    def size(self) -> int:
        return len(self.weights)

    @property
    def drawn_share(self) -> float:
        """Share of the population that was drawn, in (0, 1]."""
        return min(1.0, self.size / self.population)

    def variance(self, residuals: Floats, *, is_finite: bool = True) -> tuple[float, float]:
        """Variance of Σ weight × residual, and degrees of freedom.

        Args:
            residuals: (n,). is_finite: the population is the N items (True), or those N are
                themselves a sample of endlessly many (False).
        """
        correction = self.missing if is_finite else np.ones(self.size)
        if self.kind == UNEQUAL:
            return _ratio_variance(self.weights * residuals, correction), self.size - 1
        parts = [
            _stratum_variance(self.weights[rows] * residuals[rows], correction[rows])
            for rows in (self.strata == code for code in range(int(self.strata.max()) + 1))
        ]
        variances = np.array([part[0] for part in parts])
        return float(variances.sum()), _satterthwaite(variances, np.array([p[1] for p in parts]))


def simple_design(n: int, population: int) -> Design:
    """n of N at random, each set of n equally likely."""
    _check_size(n, population)
    missing = np.full(n, 1 - n / population)
    return Design(SIMPLE, np.full(n, 1 / n), population, missing, np.zeros(n, dtype=np.int64))


def stratified_design(strata: Sequence[str], sizes: Mapping[str, float]) -> Design:
    """At random within strata. `strata`: (n,) labels; `sizes`: label → items in the population.

    A stratum with one sampled item is joined with the next smallest for the variance.
    Raises DesignProblem("empty_stratum") where a stratum has items and none was sampled.
    """
    labels = sorted(sizes)
    counts = dict.fromkeys(labels, 0)
    for label in strata:
        counts[label] += 1
    if any(sizes[label] > 0 and not counts[label] for label in labels):
        raise DesignProblem("empty_stratum")
    population = round(sum(sizes.values()))
    _check_size(len(strata), population)
    weights = np.array([sizes[s] / counts[s] for s in strata], dtype=float)
    missing = np.array([max(0.0, 1 - counts[s] / sizes[s]) for s in strata], dtype=float)
    codes = _joined_codes({k: v for k, v in counts.items() if v})
    rows = np.array([codes[s] for s in strata], dtype=np.int64)
    return Design(STRATIFIED, weights / weights.sum(), population, missing, rows)


def unequal_design(probabilities: Sequence[float], population: int) -> Design:
    """Unequal inclusion probabilities in (0, 1]; the mean is Hájek's ratio."""
    chances = np.asarray(probabilities, dtype=float)
    if not np.all(np.isfinite(chances)) or np.any(chances <= 0) or np.any(chances > 1):
        raise DesignProblem("bad_probabilities")
    _check_size(len(chances), population)
    weights = 1 / chances
    rows = np.zeros(len(chances), dtype=np.int64)
    return Design(UNEQUAL, weights / weights.sum(), population, 1 - chances, rows)


def _check_size(n: int, population: int) -> None:
    if n < 2:
        raise DesignProblem("too_few_items")
    if population < n:
        raise DesignProblem("population_too_small")


def _joined_codes(counts: Mapping[str, int]) -> dict[str, int]:
    """Codes 0.. for strata, those with one item joined to the smallest other one."""
    by_size = sorted(counts, key=lambda label: (counts[label], label))
    codes: dict[str, int] = {}
    code, held = -1, 2
    for label in by_size:
        if held >= 2:
            code, held = code + 1, 0
        codes[label] = code
        held += counts[label]
    if held < 2 and code > 0:
        codes[by_size[-1]] = code - 1
    return codes


def _stratum_variance(shares: Floats, correction: Floats) -> tuple[float, float]:
    """Variance of a stratum's Σ weight × residual, and n_h − 1."""
    n = len(shares)
    if n < 2:
        return 0.0, 0.0
    squares = correction * (shares - shares.mean()) ** 2
    return float(squares.sum() * n / (n - 1)), n - 1.0


def _ratio_variance(shares: Floats, correction: Floats) -> float:
    n = len(shares)
    return float((correction * shares**2).sum() * n / (n - 1))


def _satterthwaite(variances: Floats, degrees: Floats) -> float:
    """(Σv)² / Σ v²/d, or Σd where nothing varies."""
    used = (variances > 0) & (degrees > 0)
    if not used.any():
        return float(degrees.sum())
    return float(variances.sum() ** 2 / (variances[used] ** 2 / degrees[used]).sum())

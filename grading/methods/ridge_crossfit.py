"""Several automatic scores made one, never fitted and used on the same items.

The rated items are dealt into five folds. For each fold a ridge regression on the other four gives
slopes β; the fold's items then get the score (x − X̄)·β, X̄ being the mean over all N items, so
that no fold's intercept leaks the scores of the others. All N items get the mean of the five
models. The result is one more automatic score whose mean over N is 0, ready for the regression
estimator, which also unlearns slopes that were too steep. The penalty is chosen in each fold by
generalised cross-validation. Sources: Zrnic & Candès 2024 (cross-prediction); Golub, Heath &
Wahba 1979 (GCV); Breidt & Opsomer 2017 (model-assisted estimation).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grading.methods.hybrid import Auxiliary

Floats = NDArray[np.float64]
FOLDS = 5
LEAST_ITEMS = 15  # three a fold: below that the slopes are noise
PENALTIES = np.logspace(-3, 3, 13)


def crossfit_score(
    values: Floats, sampled: Floats, population: Floats, weights: Floats, *, seed: int = 0
) -> Auxiliary:
    """One score out of p, by ridge regression fitted on other items.

    Args:
        values: (n,) human values, n ≥ LEAST_ITEMS. sampled: (n, p), population: (N, p), finite.
        weights: (n,) of the design. seed: of the dealing into folds.
    Raises:
        ValueError: too few items, something is not finite, or no column varies.
    """
    if len(values) < LEAST_ITEMS:
        raise ValueError(f"fewer than {LEAST_ITEMS} items")
    x, everyone = _standardised(sampled, population)
    fold = np.random.default_rng(seed).permutation(len(values)) % FOLDS
    slopes = np.array([
        ridge_slopes(x[fold != k], values[fold != k], weights[fold != k]) for k in range(FOLDS)
    ])  # fmt: skip
    shares = np.bincount(fold, weights=weights)
    out_of_fold: Floats = (x * slopes[fold]).sum(axis=1)
    return Auxiliary(out_of_fold, everyone @ (shares / shares.sum() @ slopes))


def _standardised(sampled: Floats, population: Floats) -> tuple[Floats, Floats]:
    """Both by the population's means and deviations; columns that never vary are left out."""
    if not (np.isfinite(sampled).all() and np.isfinite(population).all()):
        raise ValueError("every score is a finite number")
    means, spread = population.mean(axis=0), population.std(axis=0)
    varies = spread > 1e-9 * np.maximum(1e-300, np.abs(population).max(axis=0))
    if not varies.any():
        raise ValueError("no score varies")
    scale = spread[varies]
    return (
        (sampled[:, varies] - means[varies]) / scale,
        (population[:, varies] - means[varies]) / scale,
    )


def ridge_slopes(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Slopes (p,) of a weighted ridge regression with a free intercept, penalty by GCV.

    x: (n, p) on comparable scales; y, weights: (n,).
    """
    w = weights / weights.sum()
    x, y = x - w @ x, y - w @ y
    weighted = w[:, None] * x
    sizes, axes = np.linalg.eigh(x.T @ weighted)
    sizes = np.maximum(sizes, 1e-12)  # columns that say the same leave nothing in some direction
    target = axes.T @ (y @ weighted)
    kept = 1 / (sizes + PENALTIES[:, None])
    explained = (target**2 * kept * (2 - sizes * kept)).sum(axis=1)
    used = 1 + (sizes * kept).sum(axis=1)
    left = np.maximum(1e-9, 1 - used / len(y)) ** 2
    best = int(np.argmin((float((w * y * y).sum()) - explained) / left))
    slopes: Floats = axes @ (kept[best] * target)
    return slopes

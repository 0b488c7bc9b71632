"""Halo: a rater whose criteria move together more than they do for everybody else."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from annotations.methods.coefficient import Floats, Ints
from annotations.methods.item_jackknife import GROUPS, jackknife_of_sums, random_groups
from annotations.methods.rater_consistency import ENOUGH, PerRater


def halo(item: Ints, rater: Ints, values: ArrayLike) -> PerRater:
    """Mean correlation between the criteria of a rater's ratings, less that of the other raters.

    Args:
        item, rater: (n,) codes 0, 1, …. values: (n, criteria); only rows without NaN are used.
    Returns:
        A difference of correlations a rater, about 0 without halo, at most 2. NaN where there are
        fewer than two criteria, fewer than ENOUGH ratings, or a criterion that does not vary.
    """
    scores = np.asarray(values, dtype=np.float64)
    raters = int(rater.max()) + 1 if len(rater) else 0
    complete = np.isfinite(scores).all(axis=1)
    if scores.shape[1] < 2 or not complete.any():
        empty = np.full(raters, np.nan)
        return PerRater(empty, empty, empty)
    sums = _moments(item[complete], rater[complete], scores[complete], raters)
    return PerRater(*jackknife_of_sums(sums, _differences))


def _moments(item: Ints, rater: Ints, scores: Floats, raters: int) -> Floats:
    """Sums of (1, x)(1, x)′ over the ratings of each group of items and rater."""
    scores = scores - scores.mean(axis=0)
    rows = np.column_stack([np.ones(len(scores)), scores])
    products = rows[:, :, None] * rows[:, None, :]
    key = random_groups(int(item.max()) + 1)[item] * raters + rater
    flat = products.reshape(len(rows), -1)
    columns = [np.bincount(key, column, GROUPS * raters) for column in flat.T]
    width = rows.shape[1]
    sums = np.stack(columns, axis=1).reshape(GROUPS, raters, width, width)
    return np.asarray(sums, dtype=np.float64)


def _differences(sums: Floats) -> Floats:
    n = sums[:, :1, :1]
    means = sums[:, :1, 1:] / np.maximum(n, 1)
    scatter = sums[:, 1:, 1:] - n * means.transpose(0, 2, 1) * means
    own = np.where(n[:, 0, 0] >= ENOUGH, _mean_correlation(scatter), np.nan)
    return own - _mean_correlation(scatter.sum(axis=0) - scatter)


def _mean_correlation(scatter: Floats) -> Floats:
    """Mean of the correlations off the diagonal, averaged as Fisher's z; (raters,)."""
    spread = np.sqrt(np.clip(np.einsum("rii->ri", scatter), 0, None))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = scatter / (spread[:, :, None] * spread[:, None, :])
    above = np.triu_indices(scatter.shape[1], 1)
    z = np.arctanh(np.clip(correlation[:, above[0], above[1]], -0.9999, 0.9999))
    return np.asarray(np.tanh(z.mean(axis=1)))

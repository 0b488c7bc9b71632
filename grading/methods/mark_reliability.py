"""How far each human mark can be relied on: its share of what is not noise of the raters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST_SPREAD = 0.05


def reliabilities(score: Floats, noise: Floats, group: NDArray[np.int64]) -> Floats:
    """(items,) V ÷ (V + noise), in (0, 1]: the reliability of a mean of ratings.

    V is how far the true marks of the item's group (its question) lie apart: the variance of the scores
    less what the noise adds to it, and not less than LEAST_SPREAD of that variance. A group whose scores are all
    equal, or that has one only, does not show it: there V is the mean of the others', or where none shows it the
    mean noise, so that weights still fall with the noise.

    Args:
        score: (items,) mean rating. noise: (items,) its variance about the true mark, ≥ 0; 0 is certain.
        group: (items,) codes 0, 1, …
    A score whose noise is not known (NaN) gets 1: nothing says that it is worse than another.
    """
    counts = np.maximum(np.bincount(group), 1)
    mean = np.bincount(group, score) / counts
    spread = np.bincount(group, (score - mean[group]) ** 2) / counts
    known = np.nan_to_num(noise)
    true = np.maximum(spread - np.bincount(group, known) / counts, LEAST_SPREAD * spread)
    shows = true > 0
    usual = true[shows].mean() if shows.any() else known.mean()
    own = np.where(shows, true, usual)[group]
    return np.where(known == 0, 1.0, own / np.where(known == 0, 1.0, own + known))

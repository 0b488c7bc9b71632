"""Raters whose ways are known."""

import numpy as np


def made_up(rng, items=300, raters=6, k=3, severity=None, noise=None):
    """(item, rater, value) of a spread design; rater j takes severity[j] off and adds noise[j]."""
    severity = np.zeros(raters) if severity is None else np.asarray(severity)
    noise = np.full(raters, 0.6) if noise is None else np.asarray(noise)
    item = np.repeat(np.arange(items), k)
    rater = np.concatenate([rng.choice(raters, k, replace=False) for _ in range(items)])
    truth = rng.normal(5, 1, items)
    return item, rater, truth[item] - severity[rater] + rng.normal(0, noise[rater])

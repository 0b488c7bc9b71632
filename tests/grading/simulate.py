"""Made-up ratings for coverage simulations: items, raters and a metric with known truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import simple_design
from grading.methods.estimation import Estimate, estimate_mean
from grading.methods.hybrid import Auxiliary
from grading.methods.rater_panel import Ratings

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """N items, R raters, k ratings on each of n items; a metric with correlation `rho`."""

    n: int = 60
    population: int = 3000
    raters: int = 5
    overlap: int = 2
    rater_sd: float = 0.06
    rho: float = 0.0


def ratings_of(values: Floats, raters: int = 5) -> Ratings:
    """The same value from each of `raters` raters on every item."""
    n = len(values)
    item, rater = np.repeat(np.arange(n), raters), np.tile(np.arange(raters), n)
    return Ratings(item, rater, values[item], np.zeros(n * raters, dtype=np.int64), n)


def definitive(n: int) -> Ratings:
    """No ratings at all: every item has a definitive score."""
    none = np.zeros(0, dtype=np.int64)
    return Ratings(none, none, np.zeros(0), none, n)


def draw(world: World, rng: np.random.Generator) -> tuple[Estimate, float]:
    """One campaign: its estimate and the true mean of all N items."""
    truth = np.clip(rng.normal(0.6, 0.15, world.population), 0, 1)
    severity = rng.normal(0, world.rater_sd, world.raters)
    scores = _metric(truth, world.rho, rng)
    rows = rng.choice(world.population, world.n, replace=False)
    item = np.repeat(np.arange(world.n), world.overlap)
    rater = np.concatenate(
        [rng.choice(world.raters, world.overlap, replace=False) for _ in range(world.n)]
    )
    noise = rng.normal(0, 0.1, len(item))
    value = np.clip(truth[rows][item] + severity[rater] + noise, 0, 1)
    means = np.bincount(item, weights=value) / world.overlap
    auxiliary = Auxiliary(scores[rows], scores) if world.rho else None
    ratings = Ratings(item, rater, value, np.zeros(len(item), dtype=np.int64), world.n)
    design = simple_design(world.n, world.population)
    return estimate_mean(means, design, ratings, auxiliary=auxiliary), float(truth.mean())


def _metric(truth: Floats, rho: float, rng: np.random.Generator) -> Floats:
    standard = (truth - truth.mean()) / truth.std()
    scores: Floats = rho * standard + np.sqrt(1 - rho**2) * rng.normal(size=len(truth))
    return scores

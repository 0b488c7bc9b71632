"""The verdict's intervals: designs × numbers of raters × strengths of the automatic score.

"these" leaves the raters' own sampling out, against the truth for all raters (it must miss);
"like": raters like these, the one that decides; width: its full width in points of 100.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grading.methods.design import simple_design, stratified_design
from grading.methods.estimation import Estimate, estimate_mean
from grading.methods.hybrid import Auxiliary
from grading.methods.rater_panel import Ratings

TITLE = "Intervals of a verdict"
HEAD = "| n | N | raters | k | σ_r | ρ | drawn | these | like | width |"


@dataclass(frozen=True)
class World:
    """n of N items, each rated by k of R raters; σ of severity; ρ of the automatic score."""

    n: int
    population: int
    raters: int
    overlap: int
    rater_sd: float
    rho: float = 0.0
    is_stratified: bool = False


CELLS = [
    World(n, population, raters, overlap, sd)
    for n, population in ((50, 5000), (150, 400), (100, 100))
    for raters, overlap in ((2, 2), (3, 1), (5, 2), (10, 2))
    for sd in (0.02, 0.06)
] + [
    World(100, 2000, 5, 2, 0.06, rho)
    for rho in (0.3, 0.5, 0.7, 0.9)
] + [World(90, 900, 5, 2, 0.04, rho, is_stratified=True) for rho in (0.0, 0.7)]  # fmt: skip


def run(world: World, rng: np.random.Generator) -> np.ndarray:
    """(these holds, like holds, width)."""
    found, truth = one_run(world, rng)
    return np.array([
        found.these.low <= truth <= found.these.high,
        found.like.low <= truth <= found.like.high,
        100 * (found.like.high - found.like.low),
    ], dtype=float)  # fmt: skip


def row(world: World, means: np.ndarray) -> str:
    drawn = "strata" if world.is_stratified else "simple"
    return (
        f"| {world.n} | {world.population} | {world.raters} | {world.overlap} | {world.rater_sd} "
        f"| {world.rho} | {drawn} | {means[0]:.3f} | {means[1]:.3f} | {means[2]:.1f} |"
    )


def one_run(world: World, rng: np.random.Generator) -> tuple[Estimate, float]:
    """A campaign's estimate, and the true mean over its items for all raters."""
    truth = np.clip(rng.normal(0.6, 0.15, world.population), 0, 1)
    severity = rng.normal(0, world.rater_sd, world.raters)
    standard = (truth - truth.mean()) / truth.std()
    scores = world.rho * standard + np.sqrt(1 - world.rho**2) * rng.normal(size=world.population)
    rows, design = _drawn(world, truth, rng)
    item = np.repeat(np.arange(world.n), world.overlap)
    rater = np.concatenate([rng.permutation(world.raters)[: world.overlap] for _ in range(world.n)])
    value = truth[rows][item] + severity[rater] + rng.normal(0, 0.1, len(item))
    value = np.clip(value, 0, 1)
    means = np.bincount(item, weights=value) / world.overlap
    block = np.zeros(len(item), dtype=np.int64)
    auxiliary = Auxiliary(scores[rows], scores) if world.rho else None
    ratings = Ratings(item, rater, value, block, world.n)
    return estimate_mean(means, design, ratings, auxiliary=auxiliary), float(truth.mean())


def _drawn(world: World, truth: np.ndarray, rng: np.random.Generator):
    if not world.is_stratified:
        rows = rng.choice(world.population, world.n, replace=False)
        return rows, simple_design(world.n, world.population)
    strata = np.where(truth > np.quantile(truth, 0.8), "high", "low")
    each = world.n // 2  # the small stratum is drawn far more often
    rows = np.concatenate(
        [
            rng.choice(np.flatnonzero(strata == name), each, replace=False)
            for name in ("high", "low")
        ]
    )
    sizes = {name: float((strata == name).sum()) for name in ("high", "low")}
    return rows, stratified_design(strata[rows].tolist(), sizes)

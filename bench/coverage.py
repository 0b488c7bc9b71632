"""How often the verdict's intervals hold the truth: a table of designs × raters × metric.

    python bench/coverage.py [--runs 400] [--seed 11]

Synthetic items, raters of differing severity, and an automatic score of known correlation. "these":
the interval that leaves the raters' own sampling out, against the truth for all raters (it must
miss); "like": raters like these, the one that decides; width: its mean full width in points of 100.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grading.methods.design import simple_design, stratified_design
from grading.methods.estimation import Estimate, estimate_mean
from grading.methods.hybrid import Auxiliary
from grading.methods.rater_panel import Ratings


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


WORLDS = [
    World(n, population, raters, overlap, sd)
    for n, population in ((50, 5000), (150, 400), (100, 100))
    for raters, overlap in ((2, 2), (3, 1), (5, 2), (10, 2))
    for sd in (0.02, 0.06)
] + [
    World(100, 2000, 5, 2, 0.06, rho)
    for rho in (0.3, 0.5, 0.7, 0.9)
] + [World(90, 900, 5, 2, 0.04, rho, is_stratified=True) for rho in (0.0, 0.7)]  # fmt: skip


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    started = time.perf_counter()
    print("| n | N | raters | k | σ_r | ρ | drawn | these | like | width |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for world in WORLDS:
        rng = np.random.default_rng(options.seed)
        these = like = width = 0.0
        for _ in range(options.runs):
            found, truth = one_run(world, rng)
            these += found.these.low <= truth <= found.these.high
            like += found.like.low <= truth <= found.like.high
            width += 100 * (found.like.high - found.like.low)
        drawn = "strata" if world.is_stratified else "simple"
        numbers = [f"{total / options.runs:.3f}" for total in (these, like)]
        print(
            f"| {world.n} | {world.population} | {world.raters} | {world.overlap} | {world.rater_sd} "
            f"| {world.rho} | {drawn} | {' | '.join(numbers)} | {width / options.runs:.1f} |",
            flush=True,
        )
    print(f"\n{options.runs} runs each, seed {options.seed}, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

"""The named estimates of grading/methods/named_estimates.py: coverage and width over n × ρ.

Each of three automatic scores correlates ρ with the human score; regression and PPI use the first,
the ridge all three. "recommended" is what the command advises in each run, switching off included.
Settings: the mean of items like these; a pass rate of .9 and .97; a sample drawn with unequal
probabilities; and definitive scores, where only these N items count. Each cell: coverage, and the
width as a share of people alone in the same run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from grading.methods.named_estimates import NAMES, named_estimates

TITLE = "Estimates with automatic scores"
COLUMNS = (*NAMES, "recommended")
HEAD = f"| what | n | ρ | {' | '.join(COLUMNS)} | width of human_only |"
POPULATION = 2000
# Human scores in [0, 1], skewed to the left, made from a normal z: mean 2/3.
GRID = np.linspace(-6, 6, 4001)
SCORES = stats.beta.ppf(stats.norm.cdf(GRID), 4, 2)
MEAN = 4 / 6
MARKS = {rate: float(stats.beta.ppf(1 - rate, 4, 2)) for rate in (0.9, 0.97)}


@dataclass(frozen=True)
class Cell:
    n: int
    rho: float
    what: str
    rate: float | None = None
    is_weighted: bool = False
    is_definitive: bool = False


SETTINGS = (
    ("mean", {}),
    ("rate .9", {"rate": 0.9}),
    ("rate .97", {"rate": 0.97}),
    ("weighted", {"is_weighted": True}),
    ("weighted rate .9", {"is_weighted": True, "rate": 0.9}),
    ("definitive", {"is_definitive": True}),
)
CELLS = [
    Cell(n, rho, what, **options)
    for what, options in SETTINGS
    for n in (30, 50, 100, 200, 400)
    for rho in (0.3, 0.5, 0.7, 0.9)
]


def run(cell: Cell, rng: np.random.Generator) -> np.ndarray:
    """The width of people alone; then for each column whether it holds, its width as a share of
    people alone, and whether there was an interval."""
    z = rng.normal(size=POPULATION)
    noise = rng.normal(size=(POPULATION, 3))
    scores = np.interp(cell.rho * z[:, None] + np.sqrt(1 - cell.rho**2) * noise, GRID, SCORES)
    y = np.interp(z, GRID, SCORES)
    at_least = None if cell.rate is None else MARKS[cell.rate]
    rows, chances = _drawn(cell, scores[:, 0], rng)
    human = np.full(POPULATION, np.nan)
    human[rows] = y[rows]
    found = named_estimates(
        human,
        scores,
        probabilities=chances,
        at_least=at_least,
        is_definitive=cell.is_definitive,
        seed=int(rng.integers(2**31)),
    )
    truth = (MEAN if cell.rate is None else cell.rate) if not cell.is_definitive else y.mean()
    people = found.estimates[0].high - found.estimates[0].low
    sums = [people]
    for row in (*found.estimates, found.best):
        known = row.low is not None
        holds = known and row.low <= truth <= row.high
        sums += [holds, (row.high - row.low) / people if known else 0.0, known]
    return np.array(sums, dtype=float)


def _drawn(cell: Cell, score: np.ndarray, rng: np.random.Generator):
    """Rows and probabilities: the lowest scored are drawn most, over a uniform floor of 20 %."""
    if not cell.is_weighted:
        return rng.choice(POPULATION, cell.n, replace=False), None
    size = 1.1 - score
    chances = np.minimum(1.0, cell.n * (0.2 / POPULATION + 0.8 * size / size.sum()))
    order = rng.permutation(POPULATION)
    steps = np.cumsum(chances[order]) + rng.random()
    picked = np.diff(np.floor(steps), prepend=0) >= 1
    return order[picked], chances


def row(cell: Cell, means: np.ndarray) -> str:
    cells = [
        f"{holds / given:.3f} {width / given:.2f}" if given > 0.02 else "—"
        for holds, width, given in means[1:].reshape(-1, 3)
    ]
    return f"| {cell.what} | {cell.n} | {cell.rho} | {' | '.join(cells)} | {means[0]:.3f} |"

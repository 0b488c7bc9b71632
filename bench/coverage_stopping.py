"""Stopping rules: how often they are wrong, how often they decide and after how many items.

Truth upon the threshold: every verdict is wrong, and none may be in more than 5 % of the runs.
Truth .3 SD above it: pass is right. Peeking looks at the ordinary 95 % interval every ten items;
the anytime rule looks as often. Settings: people alone; with a control variate of ρ = .7; with it
and a sample of unequal probabilities; the same for "raters like these" (one rater an item): 5 who
differ much (σ of severity a third of the items'), 3 who do, and 10 who hardly differ. Then strata
drawn alike (of 60, 30 and 10 % of the items) in place of unequal probabilities, and both with
two ratings an item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grading.methods.design import (
    Design,
    DesignProblem,
    simple_design,
    stratified_design,
    unequal_design,
)
from grading.methods.hybrid import Auxiliary, regression_estimate, worth
from grading.methods.interval import Spread
from grading.methods.rater_panel import Ratings, panel
from grading.methods.stopping import StoppingRule
from grading.methods.survey import sample_mean

TITLE = "Stopping rules"
PLANNED, POPULATION, STEP = 200, 4000, 10
NOISE = 0.3  # SD of a single rating where items are rated twice
LOOKS = tuple(range(20, PLANNED + 1, STEP))
RULES = {
    name: StoppingRule(name, PLANNED) for name in ("fixed", "obrien_fleming", "pocock", "anytime")
}
COLUMNS = ("peeking", *RULES)
HEAD = f"| setting | truth | {' | '.join(f'{c}: wrong, decided, items' for c in COLUMNS)} |"


@dataclass(frozen=True)
class Cell:
    setting: str
    distance: float
    rho: float = 0.0
    is_weighted: bool = False
    rater_sd: float = 0.0
    raters: int = 5
    is_stratified: bool = False
    overlap: int = 1


SETTINGS = (
    ("people alone", {}),
    ("control variate", {"rho": 0.7}),
    ("weighted", {"rho": 0.7, "is_weighted": True}),
    ("weighted, raters like these", {"rho": 0.7, "is_weighted": True, "rater_sd": 0.3}),
    ("weighted, 3 such raters", {"rho": 0.7, "is_weighted": True, "rater_sd": 0.3, "raters": 3}),
    ("weighted, 10 alike", {"rho": 0.7, "is_weighted": True, "rater_sd": 0.05, "raters": 10}),
    ("strata", {"rho": 0.7, "is_stratified": True}),
    ("strata, raters like these", {"rho": 0.7, "is_stratified": True, "rater_sd": 0.3}),
    ("weighted, rated twice, raters like these", {"rho": 0.7, "is_weighted": True, "rater_sd": 0.3, "overlap": 2}),
    ("strata, rated twice, raters like these", {"rho": 0.7, "is_stratified": True, "rater_sd": 0.3, "overlap": 2}),
    ("strata, rated twice, 10 alike", {"rho": 0.7, "is_stratified": True, "rater_sd": 0.05, "raters": 10, "overlap": 2}),
)
CELLS = [Cell(name, far, **options) for name, options in SETTINGS for far in (0.0, 0.3)]


def confidence(name: str, n: int) -> float | None:
    """Of the interval at n items; None where the rule does not look."""
    if name == "peeking":
        return 0.95
    rule = RULES[name]
    return rule.confidence(n, taken=rule.looks_passed(n - STEP))


CONFIDENCE = {name: [confidence(name, n) for n in LOOKS] for name in COLUMNS}


def run(cell: Cell, rng: np.random.Generator) -> np.ndarray:
    """For each rule: wrong, decided, items used."""
    y = rng.normal(size=POPULATION)
    threshold = float(y.mean()) - cell.distance
    f = cell.rho * y + np.sqrt(1 - cell.rho**2) * rng.normal(size=POPULATION)
    stratum = np.searchsorted(np.quantile(f, (0.1, 0.4)), f)
    rows, chances = _drawn(cell, f, stratum, rng)
    scored = _scored(cell, y[rows], rng)
    path = []
    for n in LOOKS:
        n = min(n, len(rows))
        path.append(_look(cell, Sample(rows[:n], chances, stratum, f, len(rows)), scored))
    return np.concatenate([_judged(CONFIDENCE[name], path, threshold, cell) for name in COLUMNS])


@dataclass(frozen=True)
class Scored:
    """rater, value (n, k): who rated each drawn item, and what they gave."""

    rater: np.ndarray
    value: np.ndarray


@dataclass(frozen=True)
class Sample:
    """The first rows of `size` drawn ones; chances, stratum, score of all items."""

    rows: np.ndarray
    chances: np.ndarray
    stratum: np.ndarray
    score: np.ndarray
    size: int


def _scored(cell: Cell, y: np.ndarray, rng: np.random.Generator) -> Scored:
    """k different raters an item; the items' own values where raters are not simulated."""
    first = rng.integers(0, cell.raters, len(y))
    rater = (first[:, None] + np.arange(cell.overlap) * rng.integers(1, cell.raters, (len(y), 1))) % cell.raters
    value = np.repeat(y[:, None], cell.overlap, axis=1)
    if cell.rater_sd:
        value = value + rng.normal(0, cell.rater_sd, cell.raters)[rater]
    if cell.overlap > 1:
        value = value + rng.normal(0, NOISE, value.shape)
    return Scored(rater, value)


def _design(cell: Cell, sample: Sample) -> Design:
    if cell.is_stratified:
        sizes = {str(code): float((sample.stratum == code).sum()) for code in range(3)}
        return stratified_design(sample.stratum[sample.rows].astype(str).tolist(), sizes)
    n = len(sample.rows)
    if not cell.is_weighted:
        return simple_design(n, POPULATION)
    return unequal_design((sample.chances[sample.rows] * n / sample.size).tolist(), POPULATION)


def _look(cell: Cell, sample: Sample, scored: Scored) -> tuple[float, Spread] | None:
    """Estimate and spread, as estimation.py makes them; None where a stratum has no rating yet."""
    n = len(sample.rows)
    try:
        design = _design(cell, sample)
    except DesignProblem:
        return None
    values = scored.value[:n].mean(axis=1)
    auxiliary = Auxiliary(sample.score[sample.rows], sample.score)
    found = sample_mean(values, design)
    if cell.rho and worth(values, auxiliary, design).is_used:
        found = regression_estimate(values, auxiliary, design)
    parts = [(found.variance, found.degrees)]
    if cell.rater_sd:
        item, rater = np.repeat(np.arange(n), cell.overlap), scored.rater[:n].ravel()
        block = np.zeros(len(item), dtype=np.int64)
        ratings = Ratings(item, rater, scored.value[:n].ravel(), block, n)
        people = panel(ratings, found.weights, found.fitted)
        parts = [
            (found.variance + design.drawn_share * people.noise, found.degrees),
            (people.clustered, people.degrees),
        ]
    return found.estimate, Spread(tuple(parts))


def _judged(confidences, path, threshold: float, cell: Cell) -> np.ndarray:
    for n, asked, look in zip(LOOKS, confidences, path, strict=True):
        if asked is None or look is None:
            continue
        estimate, spread = look
        half = spread.quantile(asked) * np.sqrt(spread.variance)
        if abs(estimate - threshold) > half:
            return np.array([cell.distance == 0 or estimate < threshold, 1, n], dtype=float)
    return np.array([0.0, 0.0, PLANNED])


def _drawn(cell: Cell, score: np.ndarray, stratum: np.ndarray, rng: np.random.Generator):
    """A random order of the sampled rows; the lowest scored are drawn most, or strata alike."""
    if cell.is_stratified:
        each = [PLANNED // 3 + (code < PLANNED % 3) for code in range(3)]
        rows = [rng.choice(np.flatnonzero(stratum == code), each[code], replace=False) for code in range(3)]
        return rng.permutation(np.concatenate(rows)), np.ones(POPULATION)
    if not cell.is_weighted:
        rows = rng.choice(POPULATION, PLANNED, replace=False)
        return rows, np.full(POPULATION, PLANNED / POPULATION)
    size = 1 / (1 + np.exp(score))
    chances = np.minimum(1.0, PLANNED * (0.2 / POPULATION + 0.8 * size / size.sum()))
    order = rng.permutation(POPULATION)
    steps = np.cumsum(chances[order]) + rng.random()
    return rng.permutation(order[np.diff(np.floor(steps), prepend=0) >= 1]), chances


def row(cell: Cell, means: np.ndarray) -> str:
    cells = [
        f"{wrong:.3f}, {decided:.2f}, {items:.0f}" for wrong, decided, items in means.reshape(-1, 3)
    ]
    truth = "upon the threshold" if cell.distance == 0 else f"{cell.distance} SD above"
    return f"| {cell.setting} | {truth} | {' | '.join(cells)} |"

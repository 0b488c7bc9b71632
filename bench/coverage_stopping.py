"""Stopping rules: how often they are wrong, how often they decide and after how many items.

Truth upon the threshold: every verdict is wrong, and none may be in more than 5 % of the runs.
Truth .3 SD above it: pass is right. Peeking looks at the ordinary 95 % interval every ten items;
the anytime rule looks as often. Settings: people alone; with a control variate of ρ = .7; with it
and a sample of unequal probabilities; the same for "raters like these" (one rater an item): 5 who
differ much (σ of severity a third of the items'), 3 who do, and 10 who hardly differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grading.methods.design import Design, simple_design, unequal_design
from grading.methods.hybrid import Auxiliary, regression_estimate, worth
from grading.methods.interval import Spread
from grading.methods.rater_panel import Ratings, panel
from grading.methods.stopping import StoppingRule
from grading.methods.survey import sample_mean

TITLE = "Stopping rules"
PLANNED, POPULATION, STEP = 200, 4000, 10
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


SETTINGS = (
    ("people alone", {}),
    ("control variate", {"rho": 0.7}),
    ("weighted", {"rho": 0.7, "is_weighted": True}),
    ("weighted, raters like these", {"rho": 0.7, "is_weighted": True, "rater_sd": 0.3}),
    ("weighted, 3 such raters", {"rho": 0.7, "is_weighted": True, "rater_sd": 0.3, "raters": 3}),
    ("weighted, 10 alike", {"rho": 0.7, "is_weighted": True, "rater_sd": 0.05, "raters": 10}),
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
    rows, chances = _drawn(cell, f, rng)
    rater = rng.integers(0, cell.raters, len(rows))
    values = y[rows] + rng.normal(0, cell.rater_sd, cell.raters)[rater] if cell.rater_sd else y[rows]
    path = []
    for n in LOOKS:
        n = min(n, len(rows))
        design = _design(cell, chances[rows[:n]] * n / len(rows))
        path.append(_look(cell, values[:n], f, rows[:n], rater[:n], design))
    return np.concatenate([_judged(CONFIDENCE[name], path, threshold, cell) for name in COLUMNS])


def _design(cell: Cell, chances: np.ndarray) -> Design:
    if not cell.is_weighted:
        return simple_design(len(chances), POPULATION)
    return unequal_design(chances.tolist(), POPULATION)


def _look(cell, values, f, rows, rater, design) -> tuple[float, Spread]:
    """Estimate and spread, as estimation.py makes them."""
    auxiliary = Auxiliary(f[rows], f)
    found = sample_mean(values, design)
    if cell.rho and worth(values, auxiliary, design).is_used:
        found = regression_estimate(values, auxiliary, design)
    parts = [(found.variance, found.degrees)]
    if cell.rater_sd:
        n = len(values)
        ratings = Ratings(np.arange(n), rater, values, np.zeros(n, dtype=np.int64), n)
        people = panel(ratings, found.weights, found.fitted)
        parts = [
            (found.variance + design.drawn_share * people.noise, found.degrees),
            (people.clustered, people.degrees),
        ]
    return found.estimate, Spread(tuple(parts))


def _judged(confidences, path, threshold: float, cell: Cell) -> np.ndarray:
    for n, asked, (estimate, spread) in zip(LOOKS, confidences, path, strict=True):
        if asked is None:
            continue
        half = spread.quantile(asked) * np.sqrt(spread.variance)
        if abs(estimate - threshold) > half:
            return np.array([cell.distance == 0 or estimate < threshold, 1, n], dtype=float)
    return np.array([0.0, 0.0, PLANNED])


def _drawn(cell: Cell, score: np.ndarray, rng: np.random.Generator):
    """A random order of the sampled rows; the lowest scored are drawn most."""
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

"""The advice "N more ratings": is it enough?

Sixty items leave the threshold inside the interval; then as many more are rated as what_decides.py
says, plug-in or for 80 % assurance. Given that the advice was taken: the share that is decided,
and the share that is decided wrongly. With the truth upon the threshold every decision is wrong: a
second look at the ordinary interval, like any peeking, adds to the 5 % of the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grading.methods.design import simple_design
from grading.methods.interval import quantile
from grading.methods.survey import sample_mean
from grading.methods.what_decides import State, what_decides

TITLE = "Advice"
HEAD = "| truth from the threshold, SD | undecided at 60 | more items, plug-in | decided | wrong | more items, assured | decided | wrong |"
PILOT, POPULATION = 60, 4000


@dataclass(frozen=True)
class Cell:
    distance: float


CELLS = [Cell(distance) for distance in (0.0, 0.1, 0.15, 0.2, 0.3)]


def run(cell: Cell, rng: np.random.Generator) -> np.ndarray:
    """(undecided, given, items, decided, wrong) plug-in, then (given, items, decided, wrong) assured."""
    y = rng.permutation(rng.normal(size=POPULATION))
    threshold = float(y.mean()) - cell.distance
    estimate, half, variance = _look(y[:PILOT])
    if abs(estimate - threshold) > half:
        return np.zeros(9)
    advice = what_decides(
        State(abs(estimate - threshold), PILOT, POPULATION, variance, 0.0, 0, 0.0)
    )
    if advice.kind != "more_ratings":
        return np.array([1.0] + [0.0] * 8)
    plugged = _after(y, advice.items, threshold, cell)
    if advice.assured_items is None:
        return np.concatenate([[1.0], plugged, np.zeros(4)])
    return np.concatenate([[1.0], plugged, _after(y, advice.assured_items, threshold, cell)])


def _after(y: np.ndarray, more: int, threshold: float, cell: Cell) -> np.ndarray:
    estimate, half, _ = _look(y[: PILOT + more])
    is_decided = abs(estimate - threshold) > half
    is_wrong = is_decided and (cell.distance == 0 or estimate < threshold)
    return np.array([1.0, more, is_decided, is_wrong], dtype=float)


def _look(values: np.ndarray) -> tuple[float, float, float]:
    found = sample_mean(values, simple_design(len(values), POPULATION))
    return found.estimate, quantile(0.95, found.degrees) * found.variance**0.5, found.variance


def row(cell: Cell, means: np.ndarray) -> str:
    undecided, plug, assured = means[0], means[1:5], means[5:9]
    cells = []
    for given, items, decided, wrong in (plug, assured):
        given = max(given, 1e-9)
        cells.append(f"{items / given:.0f} | {decided / given:.2f} | {wrong / given:.3f}")
    return f"| {cell.distance} | {undecided:.2f} | {' | '.join(cells)} |"

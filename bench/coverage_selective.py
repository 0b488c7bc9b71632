"""Selective grading: how often a threshold is proven, and how often its risk exceeds α all the same.

Machines wrong on a share of 2,000 answers, by their confidence c in (0, 1): "sharp" is wrong with a
probability that falls with (1 − c)⁴, "blunt" with (1 − c)²; "means nothing" is as often wrong
everywhere, a little more than α; "surest worst" only among its surest tenth, again a little more
than α in all. The risk is that of what the threshold accepts of all 2,000; α = .05, δ = .1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grading.methods.selective import acceptance_threshold, split

TITLE = "Selective grading"
HEAD = "| machine | wrong in all | n | with a threshold | above α | accepted |"
ANSWERS, ALPHA, DELTA = 2000, 0.05, 0.1
CONFIDENCE = (np.arange(ANSWERS) + 0.5) / ANSWERS


@dataclass(frozen=True)
class Cell:
    machine: str
    rate: float
    n: int


MACHINES = (
    ("sharp", 0.1), ("sharp", 0.25), ("blunt", 0.05), ("means nothing", 0.0505), ("surest worst", 0.0505)
)  # fmt: skip
CELLS = [Cell(name, rate, n) for name, rate in MACHINES for n in (50, 100, 200, 400)]


def risk(cell: Cell) -> np.ndarray:
    """(ANSWERS,) how likely each answer is marked wrong."""
    powers = {"sharp": 4, "blunt": 2, "means nothing": 0}
    if cell.machine in powers:
        power = powers[cell.machine]
        return np.minimum(1, cell.rate * (power + 1) * (1 - CONFIDENCE) ** power)
    return np.where(CONFIDENCE > 0.9, 10 * cell.rate, 0.0)


def run(cell: Cell, rng: np.random.Generator) -> np.ndarray:
    """(found, above α, share accepted)."""
    wrong = (rng.random(ANSWERS) < risk(cell)).astype(float)
    rows = rng.choice(ANSWERS, cell.n, replace=False)
    found = acceptance_threshold(
        CONFIDENCE[rows], wrong[rows], alpha=ALPHA, delta=DELTA, frame=CONFIDENCE
    )
    accepted = split(found, CONFIDENCE).accepted
    is_above = accepted.any() and wrong[accepted].mean() > ALPHA
    return np.array([found.threshold is not None, is_above, accepted.mean()], dtype=float)


def row(cell: Cell, means: np.ndarray) -> str:
    found, above, accepted = means
    return f"| {cell.machine} | {cell.rate} | {cell.n} | {found:.2f} | {above:.3f} | {accepted:.2f} |"

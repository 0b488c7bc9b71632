"""Comparison of two versions: does the interval hold for other raters too?

n pairs, each version scored by k of R raters: "both" the same raters score both sides, "apart" they
are drawn anew for each side, "uneven" the first half of the raters score most of one version and the
others most of the other. σ of severity is .08; σ of the preference says how far raters
differ in how much they prefer one version. "these" leaves the raters' own sampling out (it must
miss where they differ); "like": raters like these; widths in points of 100.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grading.methods.comparison import compare
from grading.methods.comparison_raters import Sides
from grading.methods.design import simple_design
from grading.methods.rater_panel import Ratings

TITLE = "Comparison of two versions"
HEAD = "| n | raters | k | sides | σ of preference | these | like | width, these | width, like |"
POPULATION, SEVERITY, NOISE, DIFFERENCE = 2000, 0.08, 0.1, 0.03


@dataclass(frozen=True)
class Cell:
    n: int
    raters: int
    overlap: int
    sides: str
    preference: float


CELLS = [
    Cell(n, raters, overlap, sides, preference)
    for n in (50, 200)
    for raters, overlap in ((2, 2), (3, 1), (3, 2), (5, 2), (10, 2))
    for sides in ("both", "apart")
    for preference in (0.0, 0.05)
    if not (raters == overlap and sides == "apart")
] + [Cell(100, raters, 1, "uneven", 0.02) for raters in (2, 4, 10)]


def run(cell: Cell, rng: np.random.Generator) -> np.ndarray:
    """(these holds, like holds, width these, width like)."""
    hard = rng.normal(0, 0.2, cell.n)
    severity = rng.normal(0, SEVERITY, cell.raters)
    prefers = rng.normal(0, cell.preference, cell.raters) if cell.preference else np.zeros(cell.raters)
    who = _assigned(cell, rng, 1)
    sides, values = [], []
    for sign in (1, -1):
        rater = who if cell.sides == "both" else _assigned(cell, rng, sign)
        quality = hard + sign * DIFFERENCE / 2 + rng.normal(0, 0.1, cell.n)
        scores = quality[:, None] + severity[rater] + sign * prefers[rater] / 2
        scores += rng.normal(0, NOISE, rater.shape)
        pair = np.repeat(np.arange(cell.n), cell.overlap)
        block = np.zeros(len(pair), dtype=np.int64)
        sides.append(Ratings(pair, rater.ravel(), scores.ravel(), block, cell.n))
        values.append(scores.mean(axis=1))
    design = simple_design(cell.n, POPULATION)
    found = compare(values[0] - values[1], design, sides=Sides(*sides), flips=1)
    return np.array([
        found.low <= DIFFERENCE <= found.high,
        found.like.low <= DIFFERENCE <= found.like.high,
        100 * (found.high - found.low),
        100 * (found.like.high - found.like.low),
    ], dtype=float)  # fmt: skip


def _assigned(cell: Cell, rng: np.random.Generator, sign: int) -> np.ndarray:
    """(n, k) raters, loads as even as they can be, or three quarters by one half of the raters."""
    if cell.sides == "uneven":
        first = rng.random((cell.n, 1)) < 0.5 + sign / 4
        half = cell.raters // 2
        return rng.integers(0, half, (cell.n, 1)) + np.where(first, 0, half)
    start = rng.permutation(cell.n)
    return (start[:, None] + np.arange(cell.overlap)) % cell.raters


def row(cell: Cell, means: np.ndarray) -> str:
    these, like, narrow, wide = means
    return (
        f"| {cell.n} | {cell.raters} | {cell.overlap} | {cell.sides} | {cell.preference} "
        f"| {these:.3f} | {like:.3f} | {narrow:.1f} | {wide:.1f} |"
    )

"""Before a campaign: how likely so many answers show that the machine is not inferior.

By simulation: two people and a machine that is just as good mark answers whose latent quality is
normal; each adds noise of their own and puts the sum on a scale of equally used levels. Δ and the
margin are those of `non_inferiority`; the bound is Δ − z·SE with the SE from κ linearised in the
answers, which saves a bootstrap in each run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from grading.methods.non_inferiority import MARGIN

Floats = NDArray[np.float64]
AGREEMENT = 0.775  # QWK of two people where they are good, not outstanding
LEVELS = 5
RUNS = 2000
CELLS = 1_000_000
TRIAL = 20_000  # answers on which noise is matched to the agreement


@dataclass(frozen=True)
class ShowPower:
    """`power` in [0, 1]: the chance to show it with so many answers. None with a reason:
    "too_few_items" (fewer than 10), "bad_agreement" (not in (0, 1)), "bad_scale" (one level) or
    "bad_margin" (not above 0)."""

    power: float | None
    reason: str | None = None


def power_to_show(
    items: int,
    *,
    agreement: float = AGREEMENT,
    levels: int = LEVELS,
    margin: float = MARGIN,
    confidence: float = 0.95,
    runs: int = RUNS,
    seed: int = 0,
) -> ShowPower:
    """The chance that `items` answers, marked by two people, show non-inferiority.

    Args:
        agreement: QWK of two people, in (0, 1). levels: marks on the scale, ≥ 2.
    """
    if items < 10:
        return ShowPower(None, "too_few_items")
    if not 0 < agreement < 1:
        return ShowPower(None, "bad_agreement")
    if levels < 2:
        return ShowPower(None, "bad_scale")
    if not margin > 0:
        return ShowPower(None, "bad_margin")
    rng, shared = np.random.default_rng(seed), shared_variance(agreement, levels)
    z, block = float(special.ndtri(confidence)), max(1, CELLS // (3 * items))
    shown = sum(
        int(_is_shown(_marks(rng, min(block, runs - start), items, shared, levels), margin, z).sum())
        for start in range(0, runs, block)
    )
    return ShowPower(shown / runs)


def shared_variance(agreement: float, levels: int) -> float:
    """The share of the latent variance that two markers have in common, for that QWK."""
    rng = np.random.default_rng(0)
    quality, noise = rng.normal(size=(1, 1, TRIAL)), rng.normal(size=(1, 2, TRIAL))
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        marks = _on_scale(quality, noise, middle, levels)
        kappa, _ = _linearised(marks[:, 0], marks[:, 1])
        low, high = (middle, high) if kappa[0] < agreement else (low, middle)
    return (low + high) / 2


def _marks(
    rng: np.random.Generator, runs: int, items: int, shared: float, levels: int
) -> Floats:
    """(runs, 3, items): two people and the machine."""
    quality, noise = rng.normal(size=(runs, 1, items)), rng.normal(size=(runs, 3, items))
    return _on_scale(quality, noise, shared, levels)


def _on_scale(quality: Floats, noise: Floats, shared: float, levels: int) -> Floats:
    latent = math.sqrt(shared) * quality + math.sqrt(1 - shared) * noise
    cuts = special.ndtri(np.arange(1, levels) / levels)
    return np.digitize(latent, cuts).astype(float)


def _is_shown(marks: Floats, margin: float, z: float) -> NDArray[np.bool_]:
    first, second, machine = marks[:, 0], marks[:, 1], marks[:, 2]
    (a, by_a), (b, by_b), (c, by_c) = (
        _linearised(*pair) for pair in ((machine, first), (machine, second), (first, second))
    )
    difference = (a + b) / 2 - c
    error = ((by_a + by_b) / 2 - by_c).std(axis=-1) / math.sqrt(marks.shape[-1])
    shown: NDArray[np.bool_] = difference - z * error > -margin
    return shown


def _linearised(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """QWK (runs,) and each answer's influence on it (runs, items).

    κ = 1 − A/E with A = E(x − y)² and E = var x + var y + (mean x − mean y)².
    """
    u, v = x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)
    apart = (x - y) ** 2
    gap = (x - y).mean(axis=-1, keepdims=True)
    chance = u**2 + v**2 + gap**2 + 2 * gap * (u - v)
    a, e = apart.mean(axis=-1, keepdims=True), chance.mean(axis=-1, keepdims=True)
    e = np.where(e > 0, e, np.inf)  # one value only: κ counts as 1, which shows nothing else
    return 1 - (a / e)[:, 0], a * (chance - e) / e**2 - (apart - a) / e

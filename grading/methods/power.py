"""What a plan can show before anybody rates: the smallest difference it settles.

Model: the mean of n items out of N, each rated by k of R raters. The items' part of the variance
is V_i = (1 − ρ²)·σ_i²·(1/n − 1/N) + σ_e²/(n·k), the raters' part as rater_panel.py clusters it
V_r = σ_r²/R + σ_i²·(R − k)/(n·k·(R − 1)) + σ_e²/(n·k). The half width is √(t(n−1)²·V_i + t(R−1)²·V_r),
for "these raters" the first part alone; rated once, items and noise cannot be told apart and the interval has N = ∞
in V_i. The half width varies as its parts do, χ²(d)/d times what is expected
of each, and few raters make it vary much: a difference δ from the threshold is settled with the mean of
Φ((δ − half width)/SE) over that. Source: two-way random effects; Cochran 1977, §2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from grading.methods.interval import Spread, quantile

# Typical of the scales people rate on, as standard deviations of a composite in [0, 1].
ITEM_SD = 0.25
RATER_SD = 0.075  # rater variance 9 % of the item variance
NOISE_SD = 0.12
NODES = 40  # of each part of the half width
MIDDLES = (np.arange(NODES) + 0.5) / NODES


@dataclass(frozen=True)
class Power:
    """What a plan can settle. Everything is on the composite scale [0, 1].

    `difference`: the smallest distance between truth and threshold that is settled with the
    wished probability; `half_width`: the interval's expected half width; `raters_floor`: what
    the half width tends to however many items are rated. All None, with `reason`, where
    nothing can be said.
    """

    difference: float | None
    half_width: float | None
    raters_floor: float | None
    reason: str | None = None


def detectable_difference(
    n: int,
    *,
    population: int | None = None,
    raters: int | None = None,
    ratings_per_item: int = 1,
    item_sd: float = ITEM_SD,
    rater_sd: float = RATER_SD,
    noise_sd: float = NOISE_SD,
    correlation: float = 0.0,
    confidence: float = 0.95,
    power: float = 0.8,
) -> Power:
    """The smallest difference from the threshold that a plan settles.

    Args:
        n: items that will be rated. population: items the verdict speaks about (N ≥ n), None =
            very many. raters: R; None leaves the raters' own sampling out ("these raters").
        ratings_per_item: k ≥ 1. item_sd, rater_sd, noise_sd: standard deviations on [0, 1] of
            items, rater severities and single ratings; for a rate use `rate_sd(p)`.
        correlation: ρ of the auxiliary automatic score with the human score.
    Returns:
        `Power`; with reason "too_few_items" (n < 2) or "one_rater" (R < 2) and no numbers.
    """
    if n < 2:
        return Power(None, None, None, "too_few_items")
    if raters is not None and raters < 2:
        return Power(None, None, None, "one_rater")
    ratings = n * max(1, ratings_per_item)
    left = 1 / n - (1 / max(n, population) if population else 0)
    noise = noise_sd**2 / ratings
    of_items = (1 - correlation**2) * item_sd**2 * left + noise
    parts, panel = [(of_items, n - 1.0)], 0.0
    if raters:
        if ratings_per_item < 2:  # items and noise look alike: the interval takes nothing off for the N that are known
            parts = [((1 - correlation**2) * item_sd**2 / n + noise, n - 1.0)]
        panel = rater_sd**2 / raters
        apart = max(0, raters - ratings_per_item) / (raters - 1)
        parts.append((panel + item_sd**2 * apart / ratings + noise, raters - 1.0))
    spread = Spread(tuple(parts))
    half = spread.quantile(confidence) * math.sqrt(spread.variance)
    floor = quantile(confidence, raters - 1) * math.sqrt(panel) if raters else 0.0
    return Power(_settled(spread, confidence, math.sqrt(of_items + panel), power), half, floor)


def _settled(spread: Spread, confidence: float, error: float, power: float) -> float:
    """The difference that lies outside the half width with probability `power`.

    error: the standard error of the estimate, ≥ 0. spread: of what makes the half width.
    """
    squares = np.zeros((NODES,) * len(spread.parts))
    for axis, (variance, degrees) in enumerate(spread.parts):
        times = 2 * special.gammaincinv(degrees / 2, MIDDLES) / degrees
        along = [1] * squares.ndim
        along[axis] = NODES
        squares = squares + (quantile(confidence, degrees) ** 2 * variance * times).reshape(along)
    halves = np.sqrt(squares).ravel()
    if error <= 0:
        return float(np.quantile(halves, power))
    most = float(halves.max()) + 10 * error
    return float(
        optimize.brentq(lambda far: float(special.ndtr((far - halves) / error).mean()) - power, -most, most, xtol=1e-6)
    )


def rate_sd(rate: float) -> float:
    """The standard deviation of a yes/no value that is yes with probability `rate`."""
    return math.sqrt(max(0.0, rate * (1 - rate)))

"""Boundaries for looking a few times at a growing sample.

With information fractions t₁ < … < t_K = 1 the statistic Z_k is a Brownian motion B(t_k)/√t_k. A
look is decisive where |Z_k| ≥ c_k, with c_k = C/√t_k (O'Brien & Fleming 1979) or c_k = C (Pocock
1977), C chosen so that the chance of any |Z_k| ≥ c_k is α. For five even looks and α = .05 C is
2.040 and 2.413. The chance comes from the recursion of Armitage, McPherson & Rowe (1969),
integrated by Gauss-Legendre; see Jennison & Turnbull 2000, ch. 2 and 19.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Floats = NDArray[np.float64]
OBRIEN_FLEMING, POCOCK = "obrien_fleming", "pocock"
NODES = 64


@lru_cache(maxsize=64)
def boundary(kind: str, fractions: tuple[float, ...], alpha: float = 0.05) -> tuple[float, ...]:
    """The critical value c_k of |Z_k| at each look.

    Args:
        kind: "obrien_fleming" or "pocock". fractions: information fractions, rising, in (0, 1],
            the last one 1. alpha: chance of any wrong decision, two-sided, in (0, 1).
    Raises:
        ValueError: an unknown kind, or fractions that do not rise to 1.
    """
    t = np.array(fractions, dtype=float)
    if kind not in (OBRIEN_FLEMING, POCOCK):
        raise ValueError(f"unknown boundary {kind!r}")
    steps = np.diff(t, prepend=0.0)
    if not len(t) or not (steps > 0).all() or abs(t[-1] - 1) > 1e-12:
        raise ValueError("fractions rise from above 0 to 1")
    shape = 1 / np.sqrt(t) if kind == OBRIEN_FLEMING else np.ones(len(t))
    constant = optimize.brentq(
        lambda c: crossing_probability(c * shape, t) - alpha, 0.5, 6.0, xtol=1e-7
    )
    return tuple(float(c) for c in constant * shape)


def crossing_probability(critical: Floats, fractions: Floats) -> float:
    """P(|Z_k| ≥ c_k at some look) where the truth lies upon the threshold.

    critical, fractions: (K,).
    """
    nodes, weights = _rule()
    ends = np.asarray(critical) * np.sqrt(fractions)
    places = ends[0] * nodes
    density = _normal_density(places, float(fractions[0]))
    for k in range(1, len(ends)):
        following = ends[k] * nodes
        step = float(fractions[k] - fractions[k - 1])
        moves = _normal_density(following[:, None] - places, step)
        density = moves @ (density * weights * ends[k - 1])
        places = following
    return float(1 - (density * weights).sum() * ends[-1])


def _normal_density(x: Floats, variance: float) -> Floats:
    density: Floats = np.exp(-(x**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    return density


@lru_cache(maxsize=1)
def _rule() -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(NODES)

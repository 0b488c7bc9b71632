"""Intervals: a mean with its uncertainty, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True)
class Interval:
    """An estimate and its confidence interval on the scale [0, 1].

    Either all numbers are there, or `low` and `high` are None and `reason` says why (a code).
    `method` names how it was made; `degrees` are those of the t quantile.
    """

    estimate: float | None
    low: float | None
    high: float | None
    standard_error: float | None = None
    degrees: float | None = None
    method: str = ""
    reason: str | None = None

    @property
    def is_known(self) -> bool:
        return self.low is not None and self.high is not None


def unknown(reason: str, estimate: float | None = None) -> Interval:
    """An interval that cannot be given, and why."""
    return Interval(estimate, None, None, reason=reason)


def quantile(confidence: float, degrees: float) -> float:
    """Two-sided t quantile; `stats.t.ppf` gives the same and takes many times as long."""
    return float(special.stdtrit(degrees, 0.5 + confidence / 2))


@dataclass(frozen=True)
class Spread:
    """A variance made of parts, each with its own degrees of freedom."""

    parts: tuple[tuple[float, float], ...]

    @property
    def variance(self) -> float:
        return sum(max(0.0, variance) for variance, _degrees in self.parts)

    @property
    def degrees(self) -> float:
        """The fewest of any part that varies (or of the first)."""
        used = [degrees for variance, degrees in self.parts if variance > 0]
        return min(used or [self.parts[0][1]])

    def quantile(self, confidence: float) -> float:
        """q with q²·variance = Σ t(d)²·v: the half widths of the parts are added as squares.

        Source: modified large sample intervals (Graybill & Wang 1980).
        """
        total = self.variance
        if total <= 0:
            return quantile(confidence, self.parts[0][1])
        squares = sum(
            quantile(confidence, degrees) ** 2 * variance
            for variance, degrees in self.parts
            if variance > 0
        )
        return math.sqrt(squares / total)


def t_interval(
    estimate: float, spread: Spread, confidence: float, centre: float | None = None
) -> Interval:
    """estimate ± q·SE, cut to [0, 1]. `centre`: where the interval is laid, if elsewhere."""
    error = math.sqrt(spread.variance)
    half = spread.quantile(confidence) * error
    middle = estimate if centre is None else centre
    low, high = min(middle - half, estimate), max(middle + half, estimate)
    return Interval(estimate, max(0.0, low), min(1.0, high), error, spread.degrees, "t")


def wilson_interval(rate: float, n: float, degrees: float, z: float) -> Interval:
    """Wilson's score interval of a rate with n (effective) trials and the quantile z.

    Source: Wilson 1927; effective n for complex samples: Korn & Graubard 1998. n may be inf.
    """
    if math.isinf(n):
        return Interval(rate, rate, rate, 0.0, degrees, "wilson")
    centre = (rate + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    low, high = max(0.0, min(centre - half, rate)), min(1.0, max(centre + half, rate))
    return Interval(rate, low, high, half / z, degrees, "wilson")


def clopper_pearson_interval(rate: float, n: float, confidence: float) -> Interval:
    """The exact binomial interval for rate·n successes in n trials; both may be fractions.

    For values in [0, 1] that are not yes/no it is conservative, as no such value varies more
    than a yes/no value of the same mean. Source: Clopper & Pearson 1934.
    """
    if math.isinf(n):
        return Interval(rate, rate, rate, 0.0, None, "clopper_pearson")
    tail, hits = (1 - confidence) / 2, rate * n
    low = 0.0 if hits <= 0 else float(special.betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits >= n else float(special.betaincinv(hits + 1, n - hits, 1 - tail))
    error = (high - low) / (2 * float(special.ndtri(1 - tail)))
    return Interval(rate, low, high, error, n - 1, "clopper_pearson")

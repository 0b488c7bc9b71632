"""Intervals: a mean with its uncertainty, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats


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
    """Two-sided t quantile."""
    return float(stats.t.ppf(0.5 + confidence / 2, degrees))


def t_interval(
    estimate: float, variance: float, degrees: float, confidence: float, centre: float | None = None
) -> Interval:
    """estimate ± t·SE, cut to [0, 1]. `centre`: where the interval is laid, if elsewhere."""
    error = math.sqrt(max(0.0, variance))
    half = quantile(confidence, degrees) * error
    middle = estimate if centre is None else centre
    low, high = min(middle - half, estimate), max(middle + half, estimate)
    return Interval(estimate, max(0.0, low), min(1.0, high), error, degrees, "t")


def wilson_interval(rate: float, n: float, degrees: float, confidence: float) -> Interval:
    """Wilson's score interval of a rate with n (effective) trials and a t quantile.

    Source: Wilson 1927; effective n for complex samples: Korn & Graubard 1998. n may be inf.
    """
    if math.isinf(n):
        return Interval(rate, rate, rate, 0.0, degrees, "wilson")
    z = quantile(confidence, degrees)
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
    low = 0.0 if hits <= 0 else float(stats.beta.ppf(tail, hits, n - hits + 1))
    high = 1.0 if hits >= n else float(stats.beta.ppf(1 - tail, hits + 1, n - hits))
    error = (high - low) / (2 * float(stats.norm.ppf(1 - tail)))
    return Interval(rate, low, high, error, n - 1, "clopper_pearson")

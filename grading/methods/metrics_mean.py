"""Shares and means of items with an interval, for metrics that are read by it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from grading.methods.interval import quantile, wilson_interval
from grading.methods.metrics_value import MetricValue

Floats = NDArray[np.float64]
CONFIDENCE = 0.95


def share(hits: Sequence[float | None], detail: dict[str, Any] | None = None) -> MetricValue:
    """The share of hits (1) among 0 and 1, None left out, with Wilson's interval in `detail`."""
    known = [hit for hit in hits if hit is not None]
    if not known:
        return MetricValue(None, 0, "no_pairs")
    rate, z = sum(known) / len(known), float(special.ndtri(0.5 + CONFIDENCE / 2))
    ends = wilson_interval(rate, len(known), len(known) - 1, z)
    return MetricValue(rate, len(known), detail={**_ends(ends.low, ends.high), **(detail or {})})


def mean(values: Sequence[float | None], detail: dict[str, Any] | None = None) -> MetricValue:
    """The mean, None left out, with Student's interval in `detail`; with one value there is none."""
    known = np.array([value for value in values if value is not None], dtype=float)
    if not len(known):
        return MetricValue(None, 0, "no_pairs")
    middle, half = float(known.mean()), half_width(known)
    ends = _ends(None, None) if half is None else _ends(middle - half, middle + half)
    return MetricValue(middle, len(known), detail={**ends, **(detail or {})})


def half_width(values: Floats) -> float | None:
    """Half of the interval of a mean of independent values; None with fewer than two."""
    n = len(values)
    if n < 2:
        return None
    return quantile(CONFIDENCE, n - 1) * float(values.std(ddof=1)) / math.sqrt(n)


def _ends(low: float | None, high: float | None) -> dict[str, Any]:
    return {"low": low, "high": high, "confidence": CONFIDENCE}

"""Efficiency from recorded figures: latency, throughput, training time, memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.methods.metrics_mean import CONFIDENCE
from grading.methods.metrics_value import MetricValue, as_number, is_missing

Floats = NDArray[np.float64]
SHOWN = (50, 90, 95, 99)


def latency(
    seconds: Sequence[Any], _references: Sequence[Any], *, percentile: float = 95.0
) -> MetricValue:
    """The time within which `percentile` % of the answers came (linear between ranks).

    The interval in `detail` is free of any distribution: order statistics by the binomial
    (Conover 1999, 3.2); an end that so few answers cannot give is None.
    """
    from scipy.stats import quantile_test  # seconds to import: only when needed

    found, reason = recorded(seconds)
    if reason:
        return MetricValue(None, len(found), reason)
    ends = quantile_test(found, p=percentile / 100).confidence_interval(CONFIDENCE)
    detail: dict[str, Any] = {f"p{p}": float(np.percentile(found, p)) for p in SHOWN}
    detail |= {"mean": float(found.mean()), "max": float(found.max()), "percentile": percentile}
    detail |= {"low": _finite(ends.low), "high": _finite(ends.high), "confidence": CONFIDENCE}
    return MetricValue(float(np.percentile(found, percentile)), len(found), detail=detail)


def throughput(
    seconds: Sequence[Any], _references: Sequence[Any], *, at_once: int = 1
) -> MetricValue:
    """Answers a second: answers × `at_once` ÷ the sum of their times (Little 1961)."""
    found, reason = recorded(seconds)
    total = float(found.sum())
    if reason or total <= 0:
        return MetricValue(None, len(found), reason or "too_few")
    return MetricValue(len(found) * at_once / total, len(found), detail={"at_once": at_once})


def total_time(seconds: Sequence[Any], _references: Sequence[Any]) -> MetricValue:
    """All recorded times together, in seconds: what a training took, run by run."""
    found, reason = recorded(seconds)
    return MetricValue(None if reason else float(found.sum()), len(found), reason)


def peak_memory(sizes: Sequence[Any], _references: Sequence[Any]) -> MetricValue:
    """The largest of the recorded sizes, in their own unit."""
    found, reason = recorded(sizes)
    return MetricValue(None if reason else float(found.max()), len(found), reason)


def recorded(values: Sequence[Any]) -> tuple[Floats, str]:
    """The figures that are there, and the reason why they cannot be used; below 0 is no figure."""
    there = [as_number(value) for value in values if not is_missing(value) and value != ""]
    known = np.array([value for value in there if value is not None], dtype=float)
    if not there:
        return known, "no_pairs"
    return known, "not_numbers" if len(known) < len(there) or known.min() < 0 else ""


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None

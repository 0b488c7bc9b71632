"""Scales and weights of a rubric: which values a scale has, and weights that sum to 100."""

from __future__ import annotations

import math
from collections.abc import Sequence

MOST_LEVELS = 201  # 0–100 by ½, or 0–200 by 1
PLACES = 6


def scale_values(low: float, high: float, step: float) -> tuple[float, ...]:
    """low, low + step … and always high, even where the step does not reach it exactly.

    Values are rounded to 6 places, so that ten steps of .1 end at 1.
    Raises:
        ValueError: low ≥ high, step ≤ 0, something is not finite, or more than 201 values.
    """
    if not all(map(math.isfinite, (low, high, step))) or low >= high or step <= 0:
        raise ValueError(f"no scale from {low} to {high} by {step}")
    steps = (high - low) / step + 1e-9  # may be infinite
    if steps >= MOST_LEVELS:
        raise ValueError(f"more than {MOST_LEVELS} values")
    count = math.floor(steps) + 1
    values = [round(low + i * step, PLACES) for i in range(count)]
    if high - values[-1] > 10**-PLACES:
        values.append(round(high, PLACES))
    return tuple(values)


def weights_to_hundred(weights: Sequence[float]) -> list[float]:
    """The same proportions, summing to exactly 100, in whole per cent where that keeps every
    positive weight positive (else in hundredths). Largest remainders get what rounding left.
    All zero: equal weights. Raises ValueError for a negative weight.
    """
    if any(not math.isfinite(w) or w < 0 for w in weights):
        raise ValueError("weights are finite and not negative")
    if not weights:
        return []
    total = math.fsum(weights)
    shares = [w / total for w in weights] if total > 0 else [1 / len(weights)] * len(weights)
    units = 100 if all(s == 0 or s >= 0.01 for s in shares) else 10_000
    return [whole * 100 / units for whole in _largest_remainder(shares, units)]


def _largest_remainder(shares: Sequence[float], units: int) -> list[int]:
    exact = [share * units for share in shares]
    whole = [math.floor(value + 1e-9) for value in exact]
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: units - sum(whole)]:
        whole[i] += 1
    return whole


def number_text(value: float) -> str:
    """A value as one would type it: 3, 0.5, -1; at most 6 decimals, never an exponent."""
    text = f"{value:.{PLACES}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def minus(text: str) -> str:
    """A number for people to read: "−3.1" for "-3.1", and "0.0" for a rounded "-0.0"."""
    if not text.startswith("-"):
        return text
    return "−" + text[1:] if any(c in "123456789" for c in text) else text[1:]

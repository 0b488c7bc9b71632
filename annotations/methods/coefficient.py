"""What every agreement method returns: a value with an interval, or the reason why not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")

SENTENCES = {
    "no_ratings": "There are no ratings.",
    "one_rater": "Only one rater rated, so there is nobody to agree with.",
    "no_overlap": "No item was rated by two raters.",
    "one_item": "Only one item was rated by more than one rater.",
    "one_value": "Only one value was used, so agreement cannot be told from chance.",
    "text_values": "The values are names without distances; this needs numbers.",
    "negative_values": "A ratio scale starts at 0, but there are values below 0.",
    "too_many_values": "There are too many different values for this level; use interval.",
    "raters_unknown": "The table does not say who gave which rating.",
    "incomplete": "Not every rater rated every item, and fewer than two items were rated by all.",
    "no_variance": "The ratings do not vary enough to split their variance.",
    "too_few_items": "Too few items were rated by more than one rater for an interval.",
    "one_item_decides": "All disagreement or variation lies in one item, so no interval can be given.",
    "no_disagreement": "Nobody disagreed on any item, so the interval has no width.",
    "no_third_rater": "No three raters share items two by two; of two who differ nothing tells who is right.",
    "no_interval": "No interval is computed for this coefficient.",
}


@dataclass(frozen=True)
class Reason:
    """Why something is undefined: a stable code and an English sentence."""

    code: str

    def __post_init__(self) -> None:
        if self.code not in SENTENCES:
            raise ValueError(f"unknown reason: {self.code}")

    def __str__(self) -> str:
        return SENTENCES[self.code]


@dataclass(frozen=True)
class Coefficient:
    """An agreement coefficient.

    `value`, `low` and `high` are None where undefined: `reason` says why there is no value,
    `caution` why there is no interval or one to distrust. `method` tells how the interval was made.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    method: str = ""
    reason: Reason | None = None
    caution: Reason | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers and strings for JSON."""
        return {
            "name": self.name,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "method": self.method,
            "reason": None if self.reason is None else str(self.reason),
            "reason_code": None if self.reason is None else self.reason.code,
            "caution": None if self.caution is None else str(self.caution),
        }


def undefined(name: str, code: str) -> Coefficient:
    return Coefficient(name, None, reason=Reason(code))


def t_interval(
    name: str,
    value: float,
    error: float,
    df: int,
    confidence: float,
    method: str,
    least: float = -math.inf,
) -> Coefficient:
    """value ± t(df)·standard error, cut at 1, the largest any coefficient can be, and at `least`."""
    if not np.isfinite(error):
        return Coefficient(name, value, caution=Reason("one_item_decides"))
    half = float(stdtrit(df, (1 + confidence) / 2)) * error
    caution = Reason("no_disagreement") if error < 1e-12 and value > 1 - 1e-12 else None
    return Coefficient(
        name,
        value,
        max(least, value - half),
        min(1.0, value + half),
        f"{method}, t({df})",
        None,
        caution,
    )

"""What every automatic metric answers with, and how the two sides are paired."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class MetricValue:
    """A metric in total.

    `value` is None where it is undefined, and `reason` says why by a code: "no_pairs",
    "one_value", "not_numbers", "class_never_used", "too_many_classes". `n` counts the pairs that
    went in. `detail` is plain data (a confusion matrix, per-class figures, settings).
    """

    value: float | None
    n: int
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


class MetricProblem(ValueError):
    """`code` is "unequal_length" or "unknown_metric"."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code}: {name}")
        self.code, self.name = code, name


def is_missing(value: object) -> bool:
    """None and NaN are missing; an empty text is an answer."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def paired(
    predictions: Sequence[Any], references: Sequence[Any]
) -> tuple[list[int], list[Any], list[Any]]:
    """The positions at which both sides are there, and the two sides at them.

    Raises:
        MetricProblem: the sides differ in length.
    """
    if len(predictions) != len(references):
        raise MetricProblem("unequal_length")
    if are_numbers(predictions) and are_numbers(references):
        return list(range(len(predictions))), list(predictions), list(references)
    kept = [
        i
        for i, (p, r) in enumerate(zip(predictions, references, strict=True))
        if not is_missing(p) and not is_missing(r)
    ]
    return kept, [predictions[i] for i in kept], [references[i] for i in kept]


def are_numbers(values: Sequence[Any]) -> bool:
    """Plain finite numbers throughout: the usual case, which needs no look at each value."""
    try:
        return set(map(type, values)) <= {int, float} and math.isfinite(math.fsum(values))
    except (OverflowError, ValueError):  # beyond every float; infinities of both signs
        return False


def as_number(value: object) -> float | None:
    """A finite number, also one written as text; None for everything else."""
    if isinstance(value, bool):
        return float(value)
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None

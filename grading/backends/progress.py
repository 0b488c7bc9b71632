"""What long work of a backend tells while it runs, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


class Cancelled(Exception):
    """The work was stopped on request; what it had written stays and can be taken up again."""


@dataclass(frozen=True)
class Point:
    """One point of a learning curve.

    `split`: "train" (over the steps since the last point) or "validation". `loss` is the mean of
    −log probability of the right mark (for regression −log density). `qwk` is the mean over questions;
    None where every question has one mark only.
    """

    step: int
    steps: int
    epoch: float
    split: str
    loss: float
    accuracy: float
    qwk: float | None
    examples_per_second: float
    seconds_left: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


OnPoint = Callable[[Point], None]
IsCancelled = Callable[[], bool]


def never() -> bool:
    return False


def ignore(point: Point) -> None:
    """For who wants no curve."""

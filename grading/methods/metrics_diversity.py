"""Distinct-n: how much of what a system says is not said over and over (Li et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grading.methods.metrics_value import MetricValue, is_missing
from grading.methods.segmentation import tokens


def distinct(
    predictions: Sequence[Any], _references: Sequence[Any], *, n: int = 2,
    segmentation: str = "words",
) -> MetricValue:  # fmt: skip
    """Different runs of `n` words ÷ all of them, over all outputs together, in [0, 1].

    It needs no reference. It falls as outputs get longer or more: compare sets of equal size.
    """
    said = [str(text) for text in predictions if not is_missing(text)]
    runs = [run for text in said for run in _runs(tokens(text, segmentation), n)]
    if not runs:
        return MetricValue(None, len(said), "too_few")
    return MetricValue(len(set(runs)) / len(runs), len(said), detail={"runs": len(runs), "words": n})


def _runs(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[i:] for i in range(n)), strict=False))

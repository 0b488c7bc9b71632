"""Robustness: how much a score changes when the answer is the same but for its surface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from grading.methods import metrics_mean
from grading.methods.metrics_marks import error_per_item, numbers
from grading.methods.metrics_value import MetricValue
from grading.methods.perturbations import KINDS, RATE, perturbed

# Which texts (their places), and how they read now → their scores: a score may rest on more than the text.
ScoreTexts = Callable[[Sequence[int], Sequence[str]], Sequence[float]]
NEAR = 1e-9


class Change(NamedTuple):
    """`size`: mean absolute change; `share`: of scores that changed; both with intervals in `detail`.
    `texts`: how many texts the perturbation altered; the others are left out."""

    size: MetricValue
    share: MetricValue
    texts: int


def score_change(after: Sequence[Any], before: Sequence[Any]) -> MetricValue:
    """Mean absolute difference of the score after a change of the text and before it, with interval.

    `detail["bias"]`: mean signed difference, below 0 where the change costs marks.
    """
    a, b, reason = numbers(after, before)
    if reason:
        return MetricValue(None, 0, reason)
    return metrics_mean.mean(list(abs(a - b)), {"bias": float((a - b).mean())})


def changed_share(
    after: Sequence[Any], before: Sequence[Any], *, tolerance: float = 0.0
) -> MetricValue:
    """Share of scores that changed by more than `tolerance`, with interval."""
    _a, _b, reason = numbers(after, before)
    if reason:
        return MetricValue(None, 0, reason)
    return metrics_mean.share(changed_per_item(after, before, tolerance=tolerance))


def changed_per_item(
    after: Sequence[Any], before: Sequence[Any], *, tolerance: float = 0.0
) -> list[float | None]:
    """1 where the score changed, 0 where not, None where a side is no number."""
    sizes = error_per_item(after, before)
    return [None if size is None else float(size > tolerance + NEAR) for size in sizes]


def robustness(
    score: ScoreTexts, texts: Sequence[str], *, seed: int, kinds: Sequence[str] = KINDS,
    rate: float = RATE,
) -> dict[str, Change]:  # fmt: skip
    """Perturbation → how the scores change. `score` is asked once for the texts, once a perturbation."""
    before = list(score(range(len(texts)), texts))
    found = {}
    for kind in kinds:
        other = [perturbed(text, kind, seed=seed, rate=rate) for text in texts]
        moved = [i for i, text in enumerate(texts) if other[i] != text]
        after = list(score(moved, [other[i] for i in moved])) if moved else []
        was = [before[i] for i in moved]
        found[kind] = Change(score_change(after, was), changed_share(after, was), len(moved))
    return found

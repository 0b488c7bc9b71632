"""Fairness: is the error, or the mark, of one group unlike that of all others?

Each group is held against all other items together. Without clusters the interval is Welch's; with
them (all answers of a student, say) it is the sandwich of the cluster sums with the small-sample
factor of Liang & Zeger as used by Stata, and t with clusters − 1 degrees of freedom. p-values are
corrected over the groups by Holm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from grading.methods.comparison import holm
from grading.methods.interval import quantile
from grading.methods.metrics_marks import numbers
from grading.methods.metrics_mean import CONFIDENCE
from grading.methods.metrics_value import MetricValue, is_missing, paired

Floats = NDArray[np.float64]
MOST_GROUPS = 200


@dataclass(frozen=True)
class GroupGap:
    """A group's mean, and by how much it differs from that of the rest.

    `low`, `high`, `p`, `p_holm` are None where one of the two has fewer than two items or clusters,
    or where nothing varies.
    """

    group: str
    n: int
    mean: float
    difference: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None


def error_gap(
    predictions: Sequence[Any], references: Sequence[Any], *, groups: Sequence[Any] | None = None,
    clusters: Sequence[Any] | None = None,
) -> MetricValue:  # fmt: skip
    """The largest difference of a group's mean absolute error to that of the rest, in marks."""
    return _largest(predictions, references, groups, clusters, is_signed=False)


def mark_gap(
    predictions: Sequence[Any], references: Sequence[Any], *, groups: Sequence[Any] | None = None,
    clusters: Sequence[Any] | None = None,
) -> MetricValue:  # fmt: skip
    """The largest difference of a group's mean signed error (given less deserved) to that of the rest."""
    return _largest(predictions, references, groups, clusters, is_signed=True)


def _largest(
    predictions: Sequence[Any], references: Sequence[Any], groups: Sequence[Any] | None,
    clusters: Sequence[Any] | None, *, is_signed: bool,
) -> MetricValue:  # fmt: skip
    if groups is None:
        return MetricValue(None, 0, "no_groups")
    wanted = [None if is_missing(g) or g == "" else r for g, r in zip(groups, references, strict=True)]
    kept, _p, _r = paired(predictions, wanted)
    p, r, reason = numbers(predictions, wanted)
    if reason:
        return MetricValue(None, len(kept), reason)
    errors = p - r if is_signed else np.abs(p - r)
    of = [str(groups[i]) for i in kept]
    found = gaps(errors, of, None if clusters is None else [clusters[i] for i in kept])
    if not 2 <= len(found) <= MOST_GROUPS:
        return MetricValue(None, len(kept), "one_group" if len(found) < 2 else "too_many_groups")
    worst = max(found, key=lambda gap: abs(gap.difference))
    detail = {"group": worst.group, "confidence": CONFIDENCE, "groups": [asdict(gap) for gap in found]}
    return MetricValue(abs(worst.difference), len(kept), detail=detail)


def gaps(
    values: Floats, groups: Sequence[str], clusters: Sequence[Any] | None = None
) -> list[GroupGap]:
    """Every group against all others, by name. Holm's correction goes over those that have a p."""
    names, of = np.unique(np.array(groups, dtype=str), return_inverse=True)
    if len(names) < 2:
        return [GroupGap(str(name), len(values), float(values.mean()), 0.0) for name in names]
    codes = None if clusters is None else np.unique([str(c) for c in clusters], return_inverse=True)[1]
    found = [_gap(str(name), values, of == i, codes) for i, name in enumerate(names)]
    corrected = holm([gap.p for gap in found])
    return [replace(gap, p_holm=p) for gap, p in zip(found, corrected, strict=True)]


def _gap(
    name: str, values: Floats, inside: NDArray[np.bool_], clusters: NDArray[np.intp] | None
) -> GroupGap:
    mine, rest = values[inside], values[~inside]
    gap = GroupGap(name, len(mine), float(mine.mean()), float(mine.mean() - rest.mean()))
    if min(len(mine), len(rest)) < 2:
        return gap
    error, degrees = _welch(mine, rest) if clusters is None else _clustered(values, inside, clusters)
    if not error > 0 or degrees < 1:
        return gap
    half = quantile(CONFIDENCE, degrees) * error
    p = 2 * float(special.stdtr(degrees, -abs(gap.difference) / error))
    return replace(gap, low=gap.difference - half, high=gap.difference + half, p=p)


def _welch(left: Floats, right: Floats) -> tuple[float, float]:
    """Standard error and degrees of freedom (Welch 1947)."""
    a, b = left.var(ddof=1) / len(left), right.var(ddof=1) / len(right)
    if a + b <= 0:
        return 0.0, 0.0
    degrees = (a + b) ** 2 / (a**2 / (len(left) - 1) + b**2 / (len(right) - 1))
    return float(np.sqrt(a + b)), float(degrees)


def _clustered(
    values: Floats, inside: NDArray[np.bool_], clusters: NDArray[np.intp]
) -> tuple[float, float]:
    """The same for items that come in clusters, which may lie on both sides."""
    n, count = len(values), int(clusters.max()) + 1
    of_group = [len(np.unique(clusters[side])) for side in (inside, ~inside)]
    if min(of_group) < 2:
        return 0.0, 0.0
    residual = np.where(inside, values - values[inside].mean(), values - values[~inside].mean())
    share = np.where(inside, 1 / inside.sum(), -1 / (~inside).sum())
    sums = np.bincount(clusters, residual * share, count)
    factor = count / (count - 1) * (n - 1) / (n - 2)
    return float(np.sqrt(factor * (sums**2).sum())), float(count - 1)

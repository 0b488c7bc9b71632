"""Metrics of one class against the rest: sensitivity, specificity, ROC-AUC; and MCC over all classes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from grading.methods.metrics_labels import Label, as_labels
from grading.methods.metrics_value import MetricValue, as_number, paired

YES = ("yes", "true", "positive", "是", "对", "有", "阳性")


def positive_of(labels: set[Label], positive: Any = None) -> Label | None:
    """The class that counts: the one that was named; else 1 among 0 and 1, or a word for yes
    among two. None where it cannot be told."""
    if positive is not None:
        wanted = as_number(positive)
        named = (label for label in labels if label in (positive, wanted))
        return next(named, None)
    if labels <= {0.0, 1.0}:
        return 1.0
    yes = [label for label in labels if str(label).lower() in YES]
    return yes[0] if len(yes) == 1 and len(labels) <= 2 else None


def sensitivity(
    predictions: Sequence[Any], references: Sequence[Any], *, positive: Any = None
) -> MetricValue:
    """Of what is the positive class, the share that was found, in [0, 1]."""
    return _share(predictions, references, positive, is_of_positive=True)


def specificity(
    predictions: Sequence[Any], references: Sequence[Any], *, positive: Any = None
) -> MetricValue:
    """Of what is not the positive class, the share that was not taken for it, in [0, 1]."""
    return _share(predictions, references, positive, is_of_positive=False)


def _share(
    predictions: Sequence[Any], references: Sequence[Any], positive: Any, is_of_positive: bool
) -> MetricValue:
    _, p, r = paired(predictions, references)
    if not p:
        return MetricValue(None, 0, "no_pairs")
    p, r = as_labels(p, r)
    wanted = positive_of(set(p) | set(r), positive)
    if wanted is None:
        return MetricValue(None, len(p), "no_positive")
    found = [
        (a == wanted) is is_of_positive
        for a, b in zip(p, r, strict=True)
        if (b == wanted) is is_of_positive
    ]
    if not found:
        return MetricValue(None, len(p), "class_never_used")
    return MetricValue(sum(found) / len(found), len(p), detail={"positive": wanted, "of": len(found)})


def mcc(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Matthews' correlation over any number of classes (Gorodkin 2004), in [−1, 1].

    Undefined where one side uses one class only.
    """
    _, p, r = paired(predictions, references)
    if not p:
        return MetricValue(None, 0, "no_pairs")
    p, r = as_labels(p, r)
    n, right = len(p), sum(a == b for a, b in zip(p, r, strict=True))
    predicted, actual = Counter(p), Counter(r)
    both = sum(count * actual[label] for label, count in predicted.items())
    spread = (n * n - sum(c * c for c in predicted.values())) * (
        n * n - sum(c * c for c in actual.values())
    )
    if spread == 0:
        return MetricValue(None, n, "one_side_constant")
    return MetricValue((right * n - both) / math.sqrt(spread), n)


def roc_auc(
    predictions: Sequence[Any], references: Sequence[Any], *, positive: Any = None
) -> MetricValue:
    """The chance that a positive item has a higher score than another, ties half (Hanley and
    McNeil 1982), in [0, 1]. `predictions` are scores, `references` classes."""
    _, p, r = paired(predictions, references)
    if not p:
        return MetricValue(None, 0, "no_pairs")
    scores = [as_number(value) for value in p]
    if None in scores:
        return MetricValue(None, len(p), "not_numbers")
    (labels,) = as_labels(r)
    wanted = positive_of(set(labels), positive)
    if wanted is None:
        return MetricValue(None, len(p), "no_positive")
    is_positive = np.array([label == wanted for label in labels])
    n_yes, n_no = int(is_positive.sum()), int((~is_positive).sum())
    if not n_yes or not n_no:
        return MetricValue(None, len(p), "class_never_used")
    from scipy.stats import rankdata  # seconds to import: only when needed

    ranks = rankdata(np.array(scores, dtype=float))
    above = ranks[is_positive].sum() - n_yes * (n_yes + 1) / 2
    return MetricValue(float(above / (n_yes * n_no)), len(p), detail={"positive": wanted})

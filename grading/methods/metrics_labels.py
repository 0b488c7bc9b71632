"""Metrics of classes: accuracy, precision, recall, F1, confusion matrix.

A label is a text or a number. When every label on both sides reads as a number, "3" and
3.0 are the same label; otherwise labels are compared as texts without outer blanks.
Macro averages follow scikit-learn's default (a class without predictions counts 0 for
precision), so that a grader cannot gain by never predicting a rare class; the class itself
is listed as undefined in `detail`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import eq
from typing import Any

from grading.methods.metrics_value import MetricValue, are_numbers, as_number, paired

Label = float | str
AVERAGES = ("macro", "micro", "weighted", "binary")
MOST_CLASSES = 200  # more come of a text taken for a label, and their matrix would fill the memory


def as_labels(*sides: Sequence[Any]) -> list[list[Label]]:
    """Both sides with one notion of a label (see the module's docstring)."""
    if all(are_numbers(side) for side in sides):
        return [list(map(float, side)) for side in sides]
    numbers = [[as_number(value) for value in side] for side in sides]
    if all(number is not None for side in numbers for number in side):
        return [[number for number in side if number is not None] for side in numbers]
    return [[str(value).strip() for value in side] for side in sides]


def is_right(prediction: Label, reference: Label, tolerance: float = 0.0) -> bool:
    """Equal labels; numbers may differ by `tolerance` (in marks)."""
    if isinstance(prediction, float) and isinstance(reference, float):
        return abs(prediction - reference) <= tolerance + 1e-9
    return prediction == reference


def accuracy(
    predictions: Sequence[Any], references: Sequence[Any], *, tolerance: float = 0.0
) -> MetricValue:
    """Share of pairs that agree, in [0, 1]."""
    hits = [h for h in right_per_item(predictions, references, tolerance=tolerance) if h is not None]
    if not hits:
        return MetricValue(None, 0, "no_pairs")
    detail = {"right": int(sum(hits)), "tolerance": tolerance}
    return MetricValue(sum(hits) / len(hits), len(hits), detail=detail)


def right_per_item(
    predictions: Sequence[Any], references: Sequence[Any], *, tolerance: float = 0.0
) -> list[float | None]:
    """1 where the pair agrees, 0 where not, None where a side is missing."""
    kept, p, r = paired(predictions, references)
    values: list[float | None] = [None] * len(predictions)
    for i, a, b in zip(kept, *as_labels(p, r), strict=True):
        values[i] = float(is_right(a, b, tolerance))
    return values


def confusion_matrix(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Counts by reference (rows) and prediction (columns).

    `value` is the share on the diagonal; `detail` is {"labels": […], "matrix": [[int]]}. Undefined
    with more than MOST_CLASSES labels.
    """
    _, p, r = paired(predictions, references)
    if not p:
        return MetricValue(None, 0, "no_pairs")
    p, r = as_labels(p, r)
    labels = sorted(set(p) | set(r))
    if len(labels) > MOST_CLASSES:
        return MetricValue(None, len(p), "too_many_classes")
    counts = Counter(zip(r, p, strict=True))
    matrix = [[counts[row, column] for column in labels] for row in labels]
    diagonal = sum(matrix[i][i] for i in range(len(labels)))
    return MetricValue(diagonal / len(p), len(p), detail={"labels": labels, "matrix": matrix})


def precision(
    predictions: Sequence[Any],
    references: Sequence[Any],
    *,
    average: str = "macro",
    positive: Any = None,
) -> MetricValue:
    """Of what was predicted as a class, the share that is: in [0, 1]."""
    return _averaged("precision", predictions, references, average, positive)


def recall(
    predictions: Sequence[Any],
    references: Sequence[Any],
    *,
    average: str = "macro",
    positive: Any = None,
) -> MetricValue:
    """Of what is a class, the share that was found: in [0, 1]."""
    return _averaged("recall", predictions, references, average, positive)


def f1(
    predictions: Sequence[Any],
    references: Sequence[Any],
    *,
    average: str = "macro",
    positive: Any = None,
) -> MetricValue:
    """The harmonic mean of precision and recall, in [0, 1]."""
    return _averaged("f1", predictions, references, average, positive)


def _averaged(
    which: str, predictions: Sequence[Any], references: Sequence[Any], average: str, positive: Any
) -> MetricValue:
    if average not in AVERAGES:
        raise ValueError(f"average must be one of {AVERAGES}")
    _, p, r = paired(predictions, references)
    if not p:
        return MetricValue(None, 0, "no_pairs")
    p, r = as_labels(p, r)
    classes = _per_class(p, r)
    detail = {"average": average, "classes": classes[:MOST_CLASSES]}
    if average == "micro":
        return MetricValue(sum(map(eq, p, r)) / len(p), len(p), detail=detail)
    if average == "binary":
        return _binary(which, classes, positive, len(p), detail)
    weights = [c["support"] if average == "weighted" else 1 for c in classes]
    total = sum(w * (c[which] or 0.0) for w, c in zip(weights, classes, strict=True))
    detail["undefined"] = [c["label"] for c in classes if c[which] is None][:MOST_CLASSES]
    return MetricValue(total / sum(weights), len(p), detail=detail)


def _binary(
    which: str, classes: list[dict[str, Any]], positive: Any, n: int, detail: dict[str, Any]
) -> MetricValue:
    wanted = as_number(positive)
    for one in classes:
        if one["label"] in (positive, wanted):
            reason = "" if one[which] is not None else "class_never_used"
            return MetricValue(one[which], n, reason, detail)
    return MetricValue(None, n, "class_never_used", detail)


def _per_class(predictions: list[Label], references: list[Label]) -> list[dict[str, Any]]:
    """One dict a class that occurs on either side, by label."""
    predicted, support = Counter(predictions), Counter(references)
    hits = Counter(p for p, r in zip(predictions, references, strict=True) if p == r)
    return [
        {
            "label": label,
            "support": support[label],
            "predicted": predicted[label],
            "precision": hits[label] / predicted[label] if predicted[label] else None,
            "recall": hits[label] / support[label] if support[label] else None,
            "f1": 2 * hits[label] / (predicted[label] + support[label]),
        }
        for label in sorted({*predicted, *support})
    ]

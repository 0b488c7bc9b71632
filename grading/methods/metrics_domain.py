"""Metrics of single trades, from files: Sharpe ratio, overlap of boxes (IoU), mean average precision of boxes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grading.methods.metrics_value import MetricValue, as_number

Box = tuple[float, float, float, float]  # left, top, right, bottom
THRESHOLDS = tuple(round(0.5 + 0.05 * i, 2) for i in range(10))
RECALLS = np.linspace(0, 1, 101)


def sharpe_ratio(
    returns: Sequence[Any], *, risk_free: float = 0.0, periods: int = 1
) -> MetricValue:
    """Mean return above `risk_free` ÷ its standard deviation (n − 1), × √`periods` a year (Sharpe 1994).

    Args:
        returns: one a period, as shares (.01 = 1 %).
        risk_free: the safe return of one period.
        periods: 252 trading days, 12 months; 1 leaves the ratio per period.
    """
    values = [as_number(value) for value in returns if value is not None and value != ""]
    if None in values:
        return MetricValue(None, len(values), "not_numbers")
    if len(values) < 2:
        return MetricValue(None, len(values), "too_few")
    above = np.array(values, dtype=float) - risk_free
    spread = float(above.std(ddof=1))
    if spread <= 1e-15:
        return MetricValue(None, len(values), "one_value")
    return MetricValue(float(above.mean()) / spread * math.sqrt(periods), len(values))


def iou(left: Box, right: Box) -> float:
    """Area of the overlap ÷ area of both together, in [0, 1]."""
    width = min(left[2], right[2]) - max(left[0], right[0])
    height = min(left[3], right[3]) - max(left[1], right[1])
    shared = max(0.0, width) * max(0.0, height)
    both = _area(left) + _area(right) - shared
    return shared / both if both else 0.0


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def mean_iou(predictions: Sequence[Box], references: Sequence[Box]) -> MetricValue:
    """Mean IoU of boxes given in pairs."""
    if not predictions:
        return MetricValue(None, 0, "no_pairs")
    values = [iou(p, r) for p, r in zip(predictions, references, strict=True)]
    return MetricValue(sum(values) / len(values), len(values))


Found = tuple[str, str, float, Box]  # image, class, confidence, box
Wanted = tuple[str, str, Box]  # image, class, box


def box_map(
    found: Sequence[Found], wanted: Sequence[Wanted], *, thresholds: Sequence[float] = THRESHOLDS
) -> MetricValue:
    """Mean over classes and IoU thresholds of the average precision, read at 101 recalls as COCO does.

    A found box takes the free wanted box of its image and class that it overlaps most, the most
    confident first. Classes without a wanted box do not count. `detail` has the figure at each
    threshold.
    """
    classes = sorted({name for _image, name, _box in wanted})
    if not classes:
        return MetricValue(None, len(found), "no_pairs")
    each = {
        limit: sum(_average_precision(found, wanted, name, limit) for name in classes) / len(classes)
        for limit in thresholds
    }
    detail = {"classes": classes, "by_threshold": {str(k): v for k, v in each.items()}}
    return MetricValue(sum(each.values()) / len(each), len(wanted), detail=detail)


def _average_precision(
    found: Sequence[Found], wanted: Sequence[Wanted], name: str, limit: float
) -> float:
    boxes: dict[str, list[Box]] = {}
    for image, of, box in wanted:
        if of == name:
            boxes.setdefault(image, []).append(box)
    mine = sorted((one for one in found if one[1] == name), key=lambda one: -one[2])
    hits = _hits(mine, boxes, limit)
    total = sum(map(len, boxes.values()))
    right = np.cumsum(hits)
    recall = right / total
    precision = right / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]  # the best at this recall or a higher
    places = np.searchsorted(recall, RECALLS, side="left")
    read = [envelope[place] if place < len(envelope) else 0.0 for place in places]
    return float(np.mean(read))


def _hits(found: Sequence[Found], wanted: Mapping[str, list[Box]], limit: float) -> list[bool]:
    free = {image: list(boxes) for image, boxes in wanted.items()}
    hits = []
    for image, _name, _confidence, box in found:
        overlaps = [iou(box, other) for other in free.get(image, [])]
        best = int(np.argmax(overlaps)) if overlaps else -1
        is_hit = best >= 0 and overlaps[best] >= limit
        if is_hit:
            del free[image][best]
        hits.append(is_hit)
    return hits

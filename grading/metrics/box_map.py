"""Mean average precision of boxes as an `evaluate` metric: `evaluate.load("…/grading/metrics/box_map.py")`."""

from __future__ import annotations

from typing import Any

import datasets

from grading.methods import metrics_domain
from grading.metrics import covers


class BoxMap(covers.Cover):
    """Mean average precision of found boxes, at ten overlaps, as COCO reads it. Both sides have an entry for
    each image: {"classes", "confidences" (of predictions), "boxes": [[left, top, right, bottom]]}."""

    names = ("box_map",)

    def _features(self) -> list[datasets.Features]:
        side = {
            "classes": datasets.Sequence(datasets.Value("string")),
            "boxes": datasets.Sequence(datasets.Sequence(datasets.Value("float64"), length=4)),
        }
        found = {**side, "confidences": datasets.Sequence(datasets.Value("float64"))}
        return [datasets.Features(predictions=found, references=side)]

    def _compute(self, predictions: list[Any], references: list[Any]) -> dict[str, Any]:
        found = [
            (str(image), *row)
            for image, one in enumerate(predictions)
            for row in zip(one["classes"], one["confidences"], one["boxes"], strict=True)
        ]
        wanted = [
            (str(image), *row)
            for image, one in enumerate(references)
            for row in zip(one["classes"], one["boxes"], strict=True)
        ]
        return {"box_map": metrics_domain.box_map(found, wanted).value}

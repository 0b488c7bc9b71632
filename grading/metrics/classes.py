"""What the `evaluate` modules of metrics over classes share (F1, precision, recall).

They import this module, not the class: `evaluate` takes the first metric it finds in a file.
"""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
    average (str): "macro", "micro", "weighted" or "binary".
    positive: the class that counts when `average` is "binary".
Returns:
    {name} (float, None where undefined).
"""


class ClassMetric(evaluate.Metric):  # type: ignore[misc]
    """`metric` is its name in the catalogue; the docstring describes it."""

    metric: str

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=self.__doc__ or "",
            citation="",
            inputs_description=INPUTS.format(name=self.metric),
            features=[
                datasets.Features(
                    predictions=datasets.Value(kind), references=datasets.Value(kind)
                )
                for kind in ("float64", "string")
            ],
        )

    def _compute(
        self, predictions: list[Any], references: list[Any], average: str = "macro", positive: Any = None
    ) -> dict[str, Any]:
        found = compute(self.metric, predictions, references, average=average, positive=positive)
        return {self.metric: found.value}

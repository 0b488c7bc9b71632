"""What the `evaluate` modules share: a thin cover over a figure of the catalogue.

They import this module, not the class: `evaluate` takes the first metric it finds in a file.
"""

from __future__ import annotations

from typing import Any, ClassVar

import datasets
import evaluate

from grading.metrics import compute

INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.{options}
Returns:
    {names} (float, None where undefined).
"""


class Cover(evaluate.Metric):  # type: ignore[misc]
    """`names`: figures of the catalogue; `types`: what a side may hold, tried in this order.

    The docstring of a metric is its description; `options` tells of the keywords it takes.
    """

    names: ClassVar[tuple[str, ...]]
    types: ClassVar[tuple[str, ...]] = ("float64",)
    options: ClassVar[str] = ""
    citation_text: ClassVar[str] = ""

    def _info(self) -> evaluate.MetricInfo:
        options = f"\n    {self.options}" if self.options else ""
        features = self._features()
        return evaluate.MetricInfo(
            description=self.__doc__ or "",
            citation=self.citation_text,
            inputs_description=INPUTS.format(options=options, names=", ".join(self.names)),
            features=features if len(features) > 1 else features[0],
        )

    def _features(self) -> list[datasets.Features]:
        return [
            datasets.Features(predictions=datasets.Value(kind), references=datasets.Value(kind))
            for kind in self.types
        ]

    def _compute(
        self, predictions: list[Any], references: list[Any], **options: Any
    ) -> dict[str, Any]:
        return {n: compute(n, predictions, references, **options).value for n in self.names}

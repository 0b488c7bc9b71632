"""Sharpe ratio as an `evaluate` metric: `evaluate.load("…/grading/metrics/sharpe_ratio.py")`."""

from __future__ import annotations

from typing import Any

import datasets

from grading.methods import metrics_domain
from grading.metrics import covers


class SharpeRatio(covers.Cover):
    """Mean return above the safe one ÷ its standard deviation."""

    names = ("sharpe_ratio",)
    options = "risk_free (float): the safe return of a period; periods (int): in a year. There are no references."

    def _features(self) -> list[datasets.Features]:
        return [datasets.Features(predictions=datasets.Value("float64"))]

    def _compute(self, predictions: list[Any], **options: Any) -> dict[str, Any]:
        return {"sharpe_ratio": metrics_domain.sharpe_ratio(predictions, **options).value}

"""Starting a metric run; its life is in run_life.py, the counting in metric_batches.py."""

from __future__ import annotations

from typing import Any

from annotations.models import Dataset, User
from grading.models import MetricRun


def start_metric_run(
    *,
    dataset: Dataset,
    user: User,
    metrics: list[str],
    prediction: str,
    reference: str,
    options: dict[str, Any],
) -> MetricRun:
    """A run that waits for a worker. The view queues it afterwards."""
    return MetricRun.objects.create(
        dataset=dataset,
        created_by=user,
        metrics=metrics,
        prediction=prediction,
        reference=reference,
        options=options,
        state=MetricRun.State.WAITING,
        total=dataset.items.count(),
    )

"""Computing the metrics that gates wait for, before anything is drawn."""

from __future__ import annotations

from django.db.models import QuerySet

from annotations.models import Campaign, User
from grading.actions.metric_run import start_metric_run
from grading.early_gates import EarlyGates, prediction_of
from grading.metrics import DEFAULTS
from grading.models import DecisionPolicy, MetricRun

Sides = tuple[str, str]  # prediction, reference
ACTIVE = (MetricRun.State.WAITING, MetricRun.State.RUNNING)


def start_gate_metrics(*, campaign: Campaign, gates: EarlyGates, by: User) -> list[MetricRun]:
    """A waiting run for every two sides that a missing gate compares; the view queues them.

    Sides that a run is at work on already are left to it; none starts where none would tell.
    """
    if not gates.is_computable:
        return []
    at_work = set(runs_at_work(campaign).values_list("prediction", "reference"))
    tolerance = DecisionPolicy.objects.get(campaign=campaign).tolerance
    return [
        start_metric_run(
            dataset=campaign.dataset,
            user=by,
            metrics=metrics,
            prediction=prediction,
            reference=reference,
            options={**DEFAULTS, "tolerance": tolerance},
        )
        for (prediction, reference), metrics in _missing(gates).items()
        if (prediction, reference) not in at_work
    ]


def runs_at_work(campaign: Campaign) -> QuerySet[MetricRun]:
    """Metric runs over the campaign's dataset that wait or are at work."""
    return MetricRun.objects.filter(dataset=campaign.dataset_id, state__in=ACTIVE)


def _missing(gates: EarlyGates) -> dict[Sides, list[str]]:
    found: dict[Sides, dict[str, None]] = {}
    for early in gates.missing:
        for gate in early.missing:
            sides = prediction_of(gate, early.candidate), gate.reference
            found.setdefault(sides, {})[gate.metric] = None
    return {sides: list(metrics) for sides, metrics in found.items()}

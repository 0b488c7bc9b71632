"""Gates: automatic metrics over all items of a candidate, before any rating is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotations.models import Campaign, Item
from grading.fields import UnknownField, field_values
from grading.methods.decision import GateResult
from grading.methods.metrics_value import MetricProblem
from grading.metrics import compute
from grading.models import Gate
from grading.verdict_data import CampaignData

OWN = "candidate"


def gate_results(
    data: CampaignData, candidate: str, machine: Mapping[int, float]
) -> list[tuple[Gate, GateResult]]:
    """Every gate of the campaign with its metric. `machine`: item id → the candidate's mark."""
    gates = list(Gate.objects.filter(campaign=data.campaign))
    if not gates:
        return []
    items = _items(data, candidate, machine)
    return [(gate, _result(gate, items, machine, data.policy.tolerance)) for gate in gates]


def _items(data: CampaignData, candidate: str, machine: Mapping[int, float]) -> list[Item]:
    rows = Item.objects.filter(dataset_id=data.campaign.dataset_id).select_related("question")
    if data.campaign.kind == Campaign.Kind.EVALUATION:
        return list(rows.filter(source=candidate).order_by("id"))
    return [item for item in rows.order_by("id") if item.pk in machine]


def _result(
    gate: Gate, items: list[Item], machine: Mapping[int, float], tolerance: float
) -> GateResult:
    try:
        predictions = _side(gate.prediction, items, machine)
        references = _side(gate.reference, items, machine)
        queries = [item.question_id for item in items]
        full_marks = [item.question.full_mark for item in items]
        found = compute(
            gate.metric, predictions, references, queries=queries, full_marks=full_marks, tolerance=tolerance
        )
    except UnknownField:
        return _unknown(gate, "unknown_field")
    except MetricProblem as problem:
        return _unknown(gate, problem.code)
    return GateResult(
        gate.metric, found.value, gate.threshold, gate.is_at_least, found.n, found.reason or None
    )


def _side(address: str, items: list[Item], machine: Mapping[int, float]) -> list[Any]:
    if address != OWN:
        return field_values(items, address)
    if not machine:
        raise UnknownField(address)
    return [machine.get(item.pk) for item in items]


def _unknown(gate: Gate, reason: str) -> GateResult:
    return GateResult(gate.metric, None, gate.threshold, gate.is_at_least, 0, reason)

"""Gates before anything is drawn: what the metrics that are computed already say of each candidate.

Nothing is computed here. A gate counts as known where a metric run of the same two sides and
options went over the whole dataset; verdicts compute their gates anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotations.models import Campaign, Dataset
from grading.actions.metric_batches import MOST_CANDIDATES
from grading.methods.decision import GateResult
from grading.metrics import CATALOGUE, DEFAULTS
from grading.models import DecisionPolicy, Gate, MetricResult, MetricRun
from grading.verdict_data import candidates_of
from grading.verdict_gates import OWN

Key = tuple[str, str, str, str]  # candidate, metric, prediction, reference


@dataclass(frozen=True)
class Early:
    """One candidate: its gates with their results, None where the metric is not computed yet."""

    candidate: str
    results: tuple[tuple[Gate, GateResult | None], ...]

    @property
    def failed(self) -> list[tuple[Gate, GateResult]]:
        return [(g, r) for g, r in self.results if r is not None and r.is_passed is False]

    @property
    def missing(self) -> list[Gate]:
        return [gate for gate, result in self.results if result is None]


@dataclass(frozen=True)
class EarlyGates:
    """Every candidate of a campaign with gates; `audit_share` in [0, 1].

    `is_computable`: a metric run can tell these candidates apart.
    """

    candidates: tuple[Early, ...]
    is_grading: bool
    audit_share: float
    is_computable: bool

    @property
    def rejected(self) -> list[Early]:
        return [early for early in self.candidates if early.failed]

    @property
    def missing(self) -> list[Early]:
        """Not computed yet and not rejected without it."""
        return [early for early in self.candidates if early.missing and not early.failed]

    @property
    def are_all_rejected(self) -> bool:
        return bool(self.candidates) and len(self.rejected) == len(self.candidates)

    @property
    def audit_percent(self) -> str:
        return f"{100 * self.audit_share:.4g}"

    @property
    def audit(self) -> dict[str, float]:
        """Source → share of its items to draw. Scorers mark the same items, so none is spared."""
        if self.is_grading:
            return {}
        return {early.candidate: self.audit_share for early in self.rejected}


def early_gates(campaign: Campaign) -> EarlyGates:
    """What is known now; a fixed number of queries."""
    is_grading = campaign.kind == Campaign.Kind.GRADING
    policy = DecisionPolicy.objects.filter(campaign=campaign).first()
    gates = [g for g in Gate.objects.filter(campaign=campaign) if (g.prediction == OWN) == is_grading]
    if policy is None or not gates:
        return EarlyGates((), is_grading, 1.0, False)
    names = _candidates(campaign)
    known = _known(campaign, gates, policy.tolerance, has_several=len(names) > 1)
    found = [
        Early(name, tuple((gate, _result(gate, known.get(_key(gate, name)))) for gate in gates))
        for name in names
    ]
    is_computable = is_grading or _are_told_apart(campaign.dataset, names)
    return EarlyGates(tuple(found), is_grading, policy.audit_share, is_computable)


def options_of(gate: Gate, tolerance: float) -> dict[str, object]:
    """The options a gate's metric is computed with; those of the verdict."""
    entry = CATALOGUE.get(gate.metric)
    wanted = {**DEFAULTS, "tolerance": tolerance}
    return {name: wanted[name] for name in entry.options} if entry else {}


def prediction_of(gate: Gate, candidate: str) -> str:
    """Where a metric run finds the candidate's side."""
    return f"scorer.{candidate}" if gate.prediction == OWN else gate.prediction


def _candidates(campaign: Campaign) -> list[str]:
    if campaign.kind == Campaign.Kind.GRADING:
        return candidates_of(campaign)
    return sorted(campaign.dataset.items.order_by().values_list("source", flat=True).distinct())


def _are_told_apart(dataset: Dataset, sources: Sequence[str]) -> bool:
    """Metric runs of an exam or of too many sources do not."""
    is_exam = dataset.questions.filter(full_mark__isnull=False).exists()
    return not is_exam and len(sources) <= MOST_CANDIDATES


def _key(gate: Gate, candidate: str) -> Key:
    return (candidate, gate.metric, prediction_of(gate, candidate), gate.reference)


def _known(
    campaign: Campaign, gates: Sequence[Gate], tolerance: float, *, has_several: bool
) -> Mapping[Key, MetricResult]:
    """The newest result of each candidate and metric that a gate asks for.

    `has_several`: what was computed over all sources together is of none of them.
    """
    is_grading = campaign.kind == Campaign.Kind.GRADING
    wanted = {gate.metric: options_of(gate, tolerance) for gate in gates}
    runs = MetricRun.objects.filter(
        dataset=campaign.dataset_id,
        state=MetricRun.State.DONE,
        total=campaign.dataset.items.count(),
    )
    rows = MetricResult.objects.filter(run__in=runs, metric__in=wanted).select_related("run")
    found: dict[Key, MetricResult] = {}
    for row in rows.order_by("run__finished_at", "run_id"):
        if _options_in_effect(row, wanted[row.metric]) != wanted[row.metric]:
            continue
        if has_several and not is_grading and row.is_whole:
            continue
        side = row.run.prediction
        candidate = side.removeprefix("scorer.") if is_grading else row.candidate
        found[candidate, row.metric, side, row.run.reference] = row
    return found


def _options_in_effect(row: MetricResult, wanted: Mapping[str, object]) -> dict[str, object]:
    return {name: row.run.options.get(name, DEFAULTS[name]) for name in wanted}


def _result(gate: Gate, row: MetricResult | None) -> GateResult | None:
    if row is None:
        return None
    return GateResult(
        gate.metric, row.value, gate.threshold, gate.is_at_least, row.n, row.reason or None
    )

"""One candidate weighed: gates, agreement, estimate and decision, as numbers and as evidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from grading.methods.decision import UNDECIDED, Agreement, Decision, GateResult, decide
from grading.methods.estimation import Estimate
from grading.methods.interval import Interval, unknown
from grading.methods.what_decides import Advice, State, what_decides
from grading.models import DecisionPolicy, Gate, Verdict
from grading.verdict_agreement import CampaignAgreement
from grading.verdict_data import CampaignData, helpers_of
from grading.verdict_estimate import alternative_facts, estimate_of
from grading.verdict_gates import gate_results
from grading.verdict_inputs import CandidateInputs, SampleFacts, candidate_inputs
from grading.verdict_looks import Stopping, looked_at, stopping_at, stopping_facts
from grading.verdict_taken import has_grown_since_a_verdict

NO_METHOD = "none"


@dataclass(frozen=True)
class Assessment:
    """Everything a verdict stores. `evidence` and `policy` are plain JSON data."""

    candidate: str
    decision: Decision
    evidence: dict[str, Any]
    policy: dict[str, Any]
    inputs_digest: str
    method: str


def assess(data: CampaignData, agreement: CampaignAgreement, candidate: str) -> Assessment:
    """Weigh a candidate; writes nothing. Raises NoVerdict where there is nothing to weigh."""
    inputs = candidate_inputs(data, candidate)
    gates = gate_results(data, candidate, inputs.machine)
    stopping = stopping_at(data, candidate)
    weighed = _weighed(data, inputs, stopping)
    decision = _decision(data, agreement, [r for _gate, r in gates], weighed, stopping)
    policy, estimate = policy_facts(data.policy), weighed.estimate
    evidence = {
        "candidate": candidate,
        "kind": data.campaign.kind,
        "estimand": data.policy.estimand,
        "threshold": data.policy.threshold,
        "confidence": data.policy.confidence,
        "decision": asdict(decision),
        "gates": [_gate_facts(gate, result) for gate, result in gates],
        "agreement": _agreement_facts(agreement, data.policy),
        "estimate": weighed.kept.evidence["estimate"]
        if weighed.kept
        else _estimate_facts(estimate, data, weighed),
        "sample": asdict(_with_second_look(data, inputs)),
        "stopping": stopping_facts(stopping),
        "advice": None if stopping else _advice_facts(data.policy, inputs, estimate, decision),
    }
    plain = json.loads(json.dumps(evidence, allow_nan=False))
    results = [result for _gate, result in gates]
    digest = inputs_digest(data, inputs, agreement.agreement, results, stopping)
    return Assessment(candidate, decision, plain, policy, digest, _method(data, weighed, stopping))


def _method(data: CampaignData, weighed: _Weighed, stopping: Stopping | None) -> str:
    if weighed.kept:
        return weighed.kept.method
    estimate = weighed.estimate
    method = f"{estimate.method}/raters_like_these" if estimate else NO_METHOD
    return f"{method}/{data.policy.stopping}" if stopping else method


def _with_second_look(data: CampaignData, inputs: CandidateInputs) -> SampleFacts:
    """One look at a sample of fixed size was promised; a larger one after a verdict is one more."""
    sample = inputs.sample
    is_fixed = data.policy.stopping == DecisionPolicy.Stopping.FIXED
    if not is_fixed or not has_grown_since_a_verdict(data.campaign, inputs.candidate, sample.drawn):
        return sample
    return replace(sample, cautions=(*sample.cautions, "second_look"))


@dataclass(frozen=True)
class _Weighed:
    """The estimate that decides, from which inputs, at which confidence. `kept`: the verdict that took
    the last look, whose estimate stays."""

    inputs: CandidateInputs
    estimate: Estimate | None
    confidence: float
    interval: Interval
    kept: Verdict | None = None


def _weighed(data: CampaignData, inputs: CandidateInputs, stopping: Stopping | None) -> _Weighed:
    """Under a rule with looks the last look; before the first one, and otherwise, all there is."""
    if stopping is None or not stopping.looks:
        estimate = estimate_of(data.policy, inputs)
        return _Weighed(inputs, estimate, data.policy.confidence, _like(inputs, estimate))
    last = stopping.looks[-1]
    if stopping.last_taken:
        kept = Verdict.objects.get(pk=stopping.last_taken.verdict)
        return _Weighed(inputs, None, last.confidence, last.interval, kept)
    then, estimate = looked_at(data, inputs.candidate, stopping)
    return _Weighed(then, estimate, last.confidence, _like(then, estimate))


def _like(inputs: CandidateInputs, estimate: Estimate | None) -> Interval:
    return estimate.like if estimate else unknown(inputs.problem or "too_few_items")


def _decision(
    data: CampaignData,
    agreement: CampaignAgreement,
    gates: list[GateResult],
    weighed: _Weighed,
    stopping: Stopping | None,
) -> Decision:
    """By the deciding interval; while looks are left, an undecided one waits for the next."""
    sample = weighed.inputs.sample
    found = decide(
        gates,
        agreement.agreement,
        data.policy.agreement_floor,
        weighed.interval,
        data.policy.threshold,
        is_finished=bool(stopping.looks) if stopping else sample.is_finished,
    )
    if stopping and stopping.next_look and found.reason in ("straddles", "unfinished"):
        return Decision(UNDECIDED, "next_look", found.leaning)
    if stopping and found.reason == "unfinished":
        return Decision(UNDECIDED, "no_look", found.leaning)
    return found


def policy_facts(policy: DecisionPolicy) -> dict[str, Any]:
    """The policy as it stood."""
    return {
        "estimand": policy.estimand,
        "threshold": policy.threshold,
        "confidence": policy.confidence,
        "tolerance": policy.tolerance,
        "coefficient": policy.coefficient,
        "agreement_floor": policy.agreement_floor,
        "auxiliary": policy.auxiliary.name if policy.auxiliary else None,
        "auxiliaries": [scorer.name for scorer in helpers_of(policy)],
        "stopping": policy.stopping,
        "seed": policy.seed,
    }


def inputs_digest(
    data: CampaignData,
    inputs: CandidateInputs,
    agreement: Agreement,
    gates: list[GateResult],
    stopping: Stopping | None,
) -> str:
    """SHA-256 of the ratings, adjudications, automatic scores, weights, gate values and looks."""
    table, drawn = data.table, data.drawn
    digest = hashlib.sha256()
    for array in (table.campaign_item, table.rater, table.composite, table.mark, table.is_flagged):
        digest.update(np.ascontiguousarray(array).tobytes())
    for array in (drawn.item, drawn.probability, inputs.population_ids, inputs.values):
        digest.update(np.ascontiguousarray(array).tobytes())
    if inputs.scores:
        digest.update(inputs.scores.population.tobytes())
    rest = {
        "candidate": inputs.candidate,
        "strata": drawn.stratum.tolist(),
        "adjudicated": sorted(data.adjudicated.items()),
        "machine": sorted(inputs.machine.items()),
        "agreement": asdict(agreement),
        "gates": [asdict(gate) for gate in gates],
        "policy": policy_facts(data.policy),
        "is_finished": inputs.sample.is_finished,
        "looks": [
            (look.rated, look.interval.low, look.interval.high, look.outcome)
            for look in (stopping.looks if stopping else ())
        ],
    }
    digest.update(json.dumps(rest, sort_keys=True).encode())
    return digest.hexdigest()


def _gate_facts(gate: Gate, result: GateResult) -> dict[str, Any]:
    return {
        **asdict(result),
        "prediction": gate.prediction,
        "reference": gate.reference,
        "is_passed": result.is_passed,
    }


def _agreement_facts(found: CampaignAgreement, policy: DecisionPolicy) -> dict[str, Any]:
    return {
        **asdict(found.agreement),
        "coefficient": found.coefficient,
        "method": found.method,
        "items": found.items,
        "raters": found.raters,
        "floor": policy.agreement_floor,
        "word": found.agreement.word,
    }


def _estimate_facts(
    estimate: Estimate | None, data: CampaignData, weighed: _Weighed
) -> dict[str, Any]:
    if estimate is None:
        return {"value": None, "reason": weighed.inputs.problem, "intervals": {}}
    names = ("these", "like", "beyond", "people_only")
    intervals: dict[str, Interval] = {name: getattr(estimate, name) for name in names}
    return {
        "value": estimate.value,
        "reason": None,
        "method": estimate.method,
        "is_rate": estimate.is_rate,
        "intervals": {name: asdict(interval) for name, interval in intervals.items()},
        "worth": {
            **asdict(estimate.worth),
            "name": data.helpers[0].name if data.helpers else None,
            "names": [scorer.name for scorer in data.helpers],
            "cap": estimate.cap,
        },
        "alternatives": alternative_facts(data.policy, weighed.inputs, weighed.confidence),
        "panel": asdict(estimate.panel),
        "item_variance": estimate.item_variance,
    }


def _advice_facts(
    policy: DecisionPolicy, inputs: CandidateInputs, estimate: Estimate | None, decision: Decision
) -> dict[str, Any] | None:
    """What would decide it; None unless the interval has the threshold within."""
    ends = estimate.like if estimate else None
    if estimate is None or ends is None or ends.low is None or ends.high is None:
        return None
    if decision.leaning != UNDECIDED or not ends.low < policy.threshold <= ends.high:
        return None
    sample = inputs.sample
    rated = max(1, estimate.items)
    advice: Advice = what_decides(
        State(
            distance=abs(estimate.value - policy.threshold),
            items=rated,
            population=max(sample.population, rated),
            item_variance=estimate.item_variance,
            rater_variance=estimate.panel.variance,
            raters=estimate.panel.raters,
            degrees=estimate.panel.degrees,
            rater_noise=estimate.panel.clustered - estimate.panel.variance,
            ratings_per_item=max(1.0, sample.ratings / rated),
            confidence=policy.confidence,
        )
    )
    return asdict(advice)

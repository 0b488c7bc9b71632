"""A candidate's estimate from its inputs, and the same by the other named methods."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from grading.methods.alternatives import Basis, alternatives
from grading.methods.estimation import Estimate, estimate_mean
from grading.methods.helping_score import helping_score
from grading.models import DecisionPolicy
from grading.verdict_inputs import CandidateInputs


def estimate_of(
    policy: DecisionPolicy, inputs: CandidateInputs, confidence: float | None = None
) -> Estimate | None:
    """The candidate's estimate with its intervals, or None where there is no design.

    confidence: of the intervals; the policy's where a stopping rule does not ask for another.
    """
    if inputs.design is None:
        return None
    helping = helping_score(inputs.values, inputs.scores, inputs.design, seed=policy.seed)
    found = estimate_mean(
        inputs.values,
        inputs.design,
        inputs.ratings,
        auxiliary=helping.auxiliary,
        confidence=confidence or policy.confidence,
    )
    return replace(found, worth=helping.off) if helping.off else found


def alternative_facts(
    policy: DecisionPolicy, inputs: CandidateInputs, confidence: float
) -> list[dict[str, Any]]:
    """Every named method's interval at that confidence; empty without a score."""
    if inputs.design is None or inputs.scores is None:
        return []
    basis = Basis(
        inputs.values, inputs.design, inputs.ratings, inputs.scores, confidence, policy.seed
    )
    return [asdict(row) for row in alternatives(basis)]

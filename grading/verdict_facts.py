"""Verdicts for programs: the command in CI and the API say the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotations.models import Campaign
from grading.methods.decision import worst
from grading.models import Verdict
from grading.verdict_advice import advice
from grading.verdict_sentences import sentence
from grading.verdict_words import deciding_interval

EXIT = {"pass": 0, "fail": 10, "rejected": 11, "undecided": 12, "raters_not_ready": 13}
"""The exit status that says an outcome."""


def all_facts(campaign: Campaign, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Of several candidates (at least one): the worst outcome decides."""
    outcome = worst([verdict.outcome for verdict in verdicts])
    rows = [facts_of(verdict) for verdict in verdicts]
    return {"campaign": campaign.slug, "outcome": outcome, "exit": EXIT[outcome], "verdicts": rows}


def facts_of(verdict: Verdict) -> dict[str, Any]:
    """Estimate, ends and threshold are on 0–1."""
    ends = deciding_interval(verdict.evidence) or {}
    return {
        "campaign": verdict.campaign.slug,
        "candidate": verdict.candidate,
        "outcome": verdict.outcome,
        "exit": EXIT[verdict.outcome],
        "sentence": sentence(verdict),
        "advice": advice(verdict.evidence),
        "stopping": verdict.evidence.get("stopping"),
        "estimate": verdict.evidence["estimate"]["value"],
        "low": ends.get("low"),
        "high": ends.get("high"),
        "threshold": verdict.evidence["threshold"],
        "confidence": verdict.evidence["confidence"],
        "gates": verdict.evidence["gates"],
        "agreement": verdict.evidence["agreement"],
        "method": verdict.method,
        "seed": verdict.seed,
        "code_version": verdict.code_version,
        "inputs_digest": verdict.inputs_digest,
        "signed_by": verdict.signed_by.username if verdict.signed_by else None,
        "evidence": verdict.evidence,
    }

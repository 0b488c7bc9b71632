"""What the verdict pages show, made from stored evidence alone: nothing is computed here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotations.templatetags.figures import as_percent
from annotations.views.agreement_words import method_text
from grading.field_choices import address_title
from grading.models import DecisionPolicy, Verdict
from grading.verdict_advice import advice
from grading.verdict_gates import OWN
from grading.verdict_picture import Line, Picture, picture
from grading.verdict_plainly import plainly
from grading.verdict_reasons import (
    AGREEMENT,
    CAUTIONS,
    COEFFICIENTS,
    ESTIMATE,
    INTERVALS,
    METHODS,
    WORDS,
    gate_reason,
    metric_title,
    word,
)
from grading.verdict_sentences import sentence, stopping_sentence
from grading.verdict_words import (
    candidate_name,
    coefficient,
    estimand,
    hundred,
    plain,
    span,
)
from grading.verdict_worth import worth_of


@dataclass(frozen=True)
class VerdictPage:
    """One verdict in words, numbers and a picture."""

    verdict: Verdict
    name: str
    sentence: str
    plainly: str
    advice: str
    estimand: str
    picture: Picture
    intervals: list[dict[str, Any]]
    gates: list[dict[str, Any]]
    agreement: dict[str, Any]
    worth: dict[str, Any]
    stopping: dict[str, Any]
    panel: dict[str, Any]
    method: str
    sample: dict[str, Any]
    strata: list[dict[str, Any]]
    cautions: list[str]
    confidence: str
    evidence_text: str


def verdict_page(verdict: Verdict) -> VerdictPage:
    """Everything the page of one verdict shows."""
    evidence = verdict.evidence
    estimate, sample = evidence["estimate"], evidence["sample"]
    return VerdictPage(
        verdict=verdict,
        name=candidate_name(verdict.candidate),
        sentence=sentence(verdict),
        plainly=plainly(evidence),
        advice=advice(evidence),
        estimand=estimand(evidence),
        picture=picture(_lines(verdict), evidence["threshold"]),
        intervals=[_interval(name, ends) for name, ends in _speaking(estimate)],
        gates=[_gate(gate, verdict.candidate) for gate in evidence["gates"]],
        agreement=_agreement(evidence["agreement"]),
        worth=worth_of(estimate),
        stopping=stopping_page(evidence),
        panel=_panel(estimate.get("panel")),
        method=word(METHODS, estimate.get("method", "none")),
        sample=sample,
        strata=[
            {"name": name, "size": row[0], "drawn": row[1], "rated": row[2]}
            for name, row in sample["strata"].items()
        ],
        cautions=[word(CAUTIONS, code) for code in sample["cautions"]],
        confidence=as_percent(f"{100 * evidence['confidence']:.4g}"),
        evidence_text=json.dumps(evidence, ensure_ascii=False, indent=2),
    )


def stopping_page(evidence: dict[str, Any]) -> dict[str, Any]:
    """The looks of a rule with early looks; {} under the rule of one look at the end."""
    found = evidence.get("stopping")
    if not found:
        return {}
    return {
        "sentence": stopping_sentence(evidence),
        "name": str(DecisionPolicy.Stopping(found["kind"]).label),
        "rows": [_look(look) for look in found["looks"]],
        "left": [at for at in found["schedule"] if at > found["done"]],
        "is_corrected": any(look.get("today") for look in found["looks"]),
    }


def _look(look: dict[str, Any]) -> dict[str, Any]:
    today = look.get("today")
    return {
        "items": look["items"],
        "confidence": as_percent(f"{100 * look['confidence']:.5g}"),
        "span": span(look),
        "outcome": str(Verdict.Outcome(look["outcome"]).label),
        "taken": (look.get("taken") or "")[:10],
        "today": span(today) if today else "",
    }


SPEAKS_FOR = ("like", "these", "beyond", "people_only")


def _speaking(estimate: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The intervals in the order of the page; people_only only where a metric was used."""
    found = estimate.get("intervals", {})
    is_helped = bool((estimate.get("worth") or {}).get("is_used"))
    return [(n, found[n]) for n in SPEAKS_FOR if n in found and (n != "people_only" or is_helped)]


def _lines(verdict: Verdict) -> list[Line]:
    return [
        Line(
            _whom(name),
            ends,
            verdict.outcome if name == "like" else "side",
            is_deciding=name == "like",
        )
        for name, ends in _speaking(verdict.evidence["estimate"])
    ]


def _whom(name: str) -> str:
    return {
        "like": _("Raters like these"),
        "these": _("These raters only"),
        "beyond": _("Raters and items like these"),
        "people_only": _("Without the automatic score"),
    }[name]


def _meaning(name: str) -> str:
    return {
        "like": _("What other raters of the same kind would say of the items of this dataset."),
        "these": _(
            "What exactly these raters say of the items of this dataset; others may be stricter."
        ),
        "beyond": _(
            "What other raters would say of further items of the same kind, such as next month's."
        ),
        "people_only": _("The deciding interval as it would be from the human scores alone."),
    }[name]


def _interval(name: str, ends: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": _("Raters like these (decides)") if name == "like" else _whom(name),
        "meaning": _meaning(name),
        "is_deciding": name == "like",
        "is_exact": ends["low"] is not None and ends["low"] == ends["high"],
        "estimate": hundred(ends["estimate"]),
        "low": hundred(ends["low"]),
        "high": hundred(ends["high"]),
        "error": hundred(ends["standard_error"]),
        "degrees": plain(ends["degrees"]),
        "method": word(INTERVALS, ends["method"]),
        "reason": word(ESTIMATE, ends["reason"]),
    }


def _gate(gate: dict[str, Any], candidate: str) -> dict[str, Any]:
    def side(address: str) -> str:
        return candidate_name(candidate) if address == OWN else address_title(address)

    return {
        **gate,
        "title": metric_title(gate["metric"]),
        "value_text": plain(gate["value"]),
        "threshold_text": plain(gate["threshold"]),
        "prediction_title": side(gate["prediction"]),
        "reference_title": side(gate["reference"]),
        "reason_text": gate_reason(gate["reason"]) if gate["reason"] else "",
    }


def _agreement(found: dict[str, Any]) -> dict[str, Any]:
    ends = {name: coefficient(found[name]) for name in ("value", "low", "high")}
    return {
        **found,
        **{f"{name}_text": text for name, text in ends.items()},
        "floor_text": plain(found["floor"]),
        "name": word(COEFFICIENTS, found["coefficient"]),
        "word_text": word(WORDS, found["word"]),
        "reason_text": word(AGREEMENT, found["reason"]),
        "method_text": method_text(found["method"]),
        "is_reached": found["low"] is not None and found["low"] >= found["floor"],
    }


def _panel(found: dict[str, Any] | None) -> dict[str, Any]:
    if not found:
        return {}
    return {**found, "sd_text": hundred(found["rater_sd"])}

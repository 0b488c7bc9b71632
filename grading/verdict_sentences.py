"""A verdict in sentences, made from its stored evidence in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from grading.models import Verdict
from grading.verdict_reasons import AGREEMENT, COEFFICIENTS, ESTIMATE, metric_title, word
from grading.verdict_words import (
    Evidence,
    candidate_name,
    coefficient,
    deciding_interval,
    estimand,
    in_a_row,
    limit,
    plain,
    span,
)


def sentence(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    evidence = verdict.evidence
    names = {
        "name": candidate_name(verdict.candidate),
        "what": estimand(evidence),
        "span": span(deciding_interval(evidence)),
        "threshold": limit(evidence["threshold"]),
    }
    return str(SENTENCES[evidence["decision"]["reason"]](evidence, names))


def _passes(evidence: Evidence, names: dict[str, str]) -> str:
    return (
        _("%(name)s passes: the %(what)s is %(span)s, wholly above the threshold of %(threshold)s.")
        % names
    )


def _fails(evidence: Evidence, names: dict[str, str]) -> str:
    return (
        _("%(name)s fails: the %(what)s is %(span)s, wholly below the threshold of %(threshold)s.")
        % names
    )


def _straddles(evidence: Evidence, names: dict[str, str]) -> str:
    return (
        _(
            "%(name)s is undecided: the %(what)s is %(span)s, and the threshold of %(threshold)s lies within."
        )
        % names
    )


def _unfinished(evidence: Evidence, names: dict[str, str]) -> str:
    sample = evidence["sample"]
    counts = {**names, "waiting": sample["waiting"], "drawn": sample["drawn"]}
    text = ngettext(
        "%(name)s is undecided: %(waiting)d of %(drawn)d items still waits for its rating.",
        "%(name)s is undecided: %(waiting)d of %(drawn)d items still wait for their rating.",
        sample["waiting"],
    )
    ends = deciding_interval(evidence)
    if not ends or ends["low"] is None:
        return text % counts
    counts["leaning"] = str(Verdict.Outcome(evidence["decision"]["leaning"]).label)
    rest = _(
        "As it stands the %(what)s is %(span)s against %(threshold)s, and the verdict would be “%(leaning)s”."
    )
    return in_a_row(text % counts, rest % counts)


def _next_look(evidence: Evidence, names: dict[str, str]) -> str:
    """Under a rule with looks: undecided at the last one, or none was due yet."""
    found = evidence["stopping"]
    counts = {**names, "done": found["done"], "planned": found["planned"], "next": found["next"]}
    if not found["looks"]:
        return (
            _(
                "%(name)s is undecided: no look was due yet. %(done)s of %(planned)s items are done, and "
                "the first look is at %(next)s."
            )
            % counts
        )
    counts["at"] = found["looks"][-1]["items"]
    return (
        _(
            "%(name)s is undecided: at the look after %(at)s items the %(what)s was %(span)s, and the threshold "
            "of %(threshold)s lay within. %(done)s of %(planned)s items are done; the next look is at %(next)s."
        )
        % counts
    )


def _no_look(evidence: Evidence, names: dict[str, str]) -> str:
    return (
        _(
            "%(name)s is undecided: the campaign was closed before the first look that its rule had planned."
        )
        % names
    )


def stopping_sentence(evidence: Evidence) -> str:
    """At which look it was decided, or which is next; "" under the rule of one look at the end."""
    found = evidence.get("stopping")
    if not found:
        return ""
    taken = len(found["looks"])
    at = found["looks"][-1]["items"] if taken else 0
    counts = {"look": taken, "looks": len(found["schedule"]), "at": at, "next": found["next"]}
    if found["is_decided"]:
        if found["schedule"]:
            return _("Decided at look %(look)s of %(looks)s, after %(at)s items.") % counts
        return _("Decided after %(at)s items.") % counts
    if found["next"]:
        return _("Next look at %(next)s items.") % counts
    return _("All looks are taken; none of them decided.")


def _rejected(evidence: Evidence, names: dict[str, str]) -> str:
    failed = [gate for gate in evidence["gates"] if gate["is_passed"] is False]
    return _("%(name)s is rejected at the gate: %(gates)s.") % {
        **names, "gates": pgettext("between clauses", "; ").join(gate_failure(gate) for gate in failed),
    }  # fmt: skip


def gate_failure(gate: dict[str, Any]) -> str:
    """A clause on a gate that was missed; `gate` as in the evidence."""
    numbers = {
        "metric": metric_title(gate["metric"]),
        "value": plain(gate["value"]),
        "threshold": plain(gate["threshold"]),
    }
    if gate["is_at_least"]:
        return _("%(metric)s is %(value)s, at least %(threshold)s was asked for") % numbers
    return _("%(metric)s is %(value)s, at most %(threshold)s was allowed") % numbers


def _below_floor(evidence: Evidence, names: dict[str, str]) -> str:
    found = evidence["agreement"]
    return _(
        "The raters are not ready: %(coefficient)s is %(value)s [%(low)s, %(high)s], and its lower end "
        "does not reach the floor of %(floor)s. This says nothing against %(name)s; the raters need training."
    ) % {
        **names,
        "coefficient": word(COEFFICIENTS, found["coefficient"]),
        **{end: coefficient(found[end]) for end in ("value", "low", "high")},
        "floor": plain(found["floor"]),
    }


def _agreement_unknown(evidence: Evidence, names: dict[str, str]) -> str:
    found = evidence["agreement"]
    return _(
        "The raters are not ready: their agreement cannot be told, as %(why)s. This says nothing against %(name)s."
    ) % {**names, "why": word(AGREEMENT, found["reason"])}


def _gate_unknown(evidence: Evidence, names: dict[str, str]) -> str:
    unknown = [metric_title(g["metric"]) for g in evidence["gates"] if g["is_passed"] is None]
    return _(
        "%(name)s is undecided: the %(what)s is %(span)s, above the threshold of %(threshold)s, but a gate "
        "could not be computed (%(gates)s)."
    ) % {**names, "gates": pgettext("between names", ", ").join(unknown)}


def _no_estimate(evidence: Evidence, names: dict[str, str]) -> str:
    ends = deciding_interval(evidence)
    code = ends["reason"] if ends else evidence["estimate"]["reason"]
    return _("%(name)s is undecided: there is no estimate with an interval, as %(why)s.") % {
        **names, "why": word(ESTIMATE, code),
    }  # fmt: skip


SENTENCES = {
    "above": _passes,
    "below": _fails,
    "straddles": _straddles,
    "unfinished": _unfinished,
    "next_look": _next_look,
    "no_look": _no_look,
    "gate_failed": _rejected,
    "agreement_below_floor": _below_floor,
    "agreement_unknown": _agreement_unknown,
    "gate_unknown": _gate_unknown,
    "no_estimate": _no_estimate,
}

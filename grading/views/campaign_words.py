"""A sentence for every choice of a campaign: in the wizard's review and on the campaign page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from annotations.forms.campaign_sample import address_title as stratum_title
from annotations.models import Campaign
from grading.early_gates import EarlyGates
from grading.field_choices import address_title
from grading.metrics.catalogue import CATALOGUE
from grading.models import DecisionPolicy, Gate
from grading.verdict_data import helpers_of
from grading.verdict_sentences import gate_failure
from grading.verdict_words import candidate_name, in_a_row, limit

MOST_NAMES = 3


class Choice(NamedTuple):
    """`step` of the wizard where it is made, what it is about, and the sentence."""

    step: str
    title: str
    sentence: str


def choices_of(campaign: Campaign) -> list[Choice]:
    """Every choice, in the order of the wizard."""
    return [
        Choice("basics", _("Dataset"), _dataset(campaign)),
        Choice("rubric", _("Rubric"), _rubric(campaign)),
        Choice("sample", _("Sample"), sample_sentence(campaign)),
        Choice("raters", _("Raters"), _raters(campaign)),
        Choice("raters", _("Ratings per item"), _ratings(campaign)),
        Choice("raters", _("Work"), _work(campaign)),
        *policy_choices(campaign),
    ]


def policy_choices(campaign: Campaign) -> list[Choice]:
    """Threshold, agreement and gates."""
    policy = DecisionPolicy.objects.filter(campaign=campaign).select_related("auxiliary").first()
    if policy is None:
        return [Choice("policy", _("Policy"), _("Not fixed yet."))]
    return [
        Choice("policy", _("Pass"), pass_sentence(policy)),
        Choice("policy", _("Decided"), str(policy.get_stopping_display())),
        Choice("policy", _("Agreement"), _agreement(policy)),
        *(Choice("policy", _("Gate"), gate_sentence(gate)) for gate in _gates(campaign)),
        *_audit(campaign),
    ]


def _audit(campaign: Campaign) -> list[Choice]:
    """Who was rejected before the drawing, once it has been drawn."""
    draws = campaign.plan.get("draws") or [{"audit": {}}]
    shares = draws[-1]["audit"]
    if not shares:
        return []
    sentence = _(
        "Rejected before the drawing: %(names)s. Of their items %(share)s %% were drawn, as an audit."
    ) % {
        "names": pgettext("between names", ", ").join(map(candidate_name, sorted(shares))),
        "share": f"{100 * max(shares.values()):.4g}",
    }
    return [Choice("policy", _("Audit"), sentence)]


def rejection_sentences(gates: EarlyGates) -> list[str]:
    """One for each candidate that a gate rejects before anything is drawn."""
    between = pgettext("between clauses", "; ")
    return [
        _("%(name)s is rejected at the gate: %(gates)s.")
        % {
            "name": candidate_name(early.candidate),
            "gates": between.join(gate_failure(asdict(result)) for _gate, result in early.failed),
        }
        for early in gates.rejected
    ]


def _gates(campaign: Campaign) -> Iterator[Gate]:
    return Gate.objects.filter(campaign=campaign).iterator()


def _dataset(campaign: Campaign) -> str:
    return _("%(kind)s on “%(dataset)s”.") % {
        "kind": _("Grading") if campaign.kind == Campaign.Kind.GRADING else _("Evaluation"),
        "dataset": campaign.dataset.name,
    }


def _rubric(campaign: Campaign) -> str:
    rows = list(campaign.rubrics.select_related("rubric"))
    names = sorted({str(row.rubric) for row in rows})
    if not names:
        return _("Not chosen yet.")
    if len(rows) == 1 and rows[0].question_id is None:
        return _("“%(name)s” judges every question.") % {"name": names[0]}
    shown = pgettext("between names", ", ").join(f"“{name}”" for name in names[:MOST_NAMES])
    more = " …" if len(names) > MOST_NAMES else ""
    return ngettext(
        "%(count)s rubric, by question: %(names)s",
        "%(count)s rubrics, by question: %(names)s",
        len(names),
    ) % {"count": len(names), "names": shown + more}


def sample_sentence(campaign: Campaign) -> str:
    """What is drawn and how."""
    plan = campaign.plan
    values = {"n": plan.get("n"), "seed": plan.get("seed"), "by": stratum_title(plan.get("by") or "")}
    if plan.get("design", "all") == "all":
        return _("Every item of the dataset; the order of work comes from seed %(seed)s.") % values
    if plan["design"] == "open":
        return _("Items come one by one, each with its own probability, as long as the campaign runs.")
    if plan["design"] == "random":
        return _("%(n)s items at random, seed %(seed)s.") % values
    if plan["design"] == "unequal":
        return _likelier(plan, values)
    if plan.get("allocation") == "neyman":
        values["score"] = plan["spread_by"]
        return _("%(n)s items, more from each %(by)s where “%(score)s” varies more, seed %(seed)s.") % values
    if plan.get("allocation") == "equal":
        return _("%(n)s items, the same number from each %(by)s, seed %(seed)s.") % values
    return _("%(n)s items, from each %(by)s in proportion to its size, seed %(seed)s.") % values


def _likelier(plan: dict[str, Any], values: dict[str, Any]) -> str:
    """An unequal sample: by what, and that the verdict weighs it."""
    text = {
        "high": _("%(n)s items, likelier where “%(score)s” is high, seed %(seed)s."),
        "low": _("%(n)s items, likelier where “%(score)s” is low, seed %(seed)s."),
        "near": _("%(n)s items, likelier where “%(score)s” is near the pass mark, seed %(seed)s."),
        "apart": _("%(n)s items, likelier where these scores are apart: %(score)s; seed %(seed)s."),
    }[plan["likelier"]["why"]]
    names = pgettext("between names", ", ").join(plan["likelier"]["scorers"])
    return in_a_row(text % {**values, "score": names}, _("The verdict weighs each by its chance."))


def _raters(campaign: Campaign) -> str:
    places = list(campaign.raters.select_related("user"))
    if not places:
        return _("Nobody chosen yet.")
    limited = sum(bool(p.school_subjects or p.question_keys) for p in places)
    names = pgettext("between names", ", ").join(str(p.user) for p in places[:8]) + (" …" if len(places) > 8 else "")
    text = ngettext("%(count)s rater: %(names)s.", "%(count)s raters: %(names)s.", len(places))
    text %= {"count": len(places), "names": names}
    if limited:
        few = ngettext(
            "%(count)s of them rates certain subjects or questions only.",
            "%(count)s of them rate certain subjects or questions only.",
            limited,
        )
        text = in_a_row(text, few % {"count": limited})
    return text


def _ratings(campaign: Campaign) -> str:
    k, share = campaign.ratings_per_item, round(100 * campaign.overlap_share)
    if k == 1 or share == 0:
        return _("One rating per item: agreement cannot be measured.")
    if share == 100:
        return _("%(k)s people rate every item.") % {"k": k}
    return _("%(k)s people rate %(share)s %% of the items, one rates each of the others.") % {
        "k": k, "share": share,
    }  # fmt: skip


def _work(campaign: Campaign) -> str:
    if campaign.order == Campaign.Order.BY_QUESTION:
        parts = [_("Question by question")]
    else:
        parts = [_("Shuffled")]
    parts.append(
        _("the reference answer is shown")
        if campaign.is_reference_shown
        else _("the reference answer is hidden")
    )
    parts.append(_help(campaign.help_after_hours))
    return pgettext("between clauses", "; ").join(parts) + pgettext("end of sentence", ".")


def _help(hours: float | None) -> str:
    if hours is None:
        return _("nobody takes over another's work")
    if hours == 0:
        return _("first come, first served")
    return _("others help out when a rater was away for %(hours)s h") % {"hours": f"{hours:g}"}


def pass_sentence(policy: DecisionPolicy) -> str:
    """When the verdict is pass."""
    values = {
        "what": policy.get_estimand_display(),
        "threshold": limit(policy.threshold),
        "confidence": f"{100 * policy.confidence:g}",
        "tolerance": f"{policy.tolerance:g}",
    }
    said = [_("Pass when the %(what)s is above %(threshold)s with %(confidence)s %% confidence.")]
    if policy.estimand == DecisionPolicy.Estimand.RIGHT_MARKS and policy.tolerance:
        said.append(_("A mark within %(tolerance)s of the human mark is right."))
    names = [scorer.name for scorer in helpers_of(policy)]
    if names:
        said.append(_("“%(name)s” may narrow the interval."))
        values["name"] = _("” and “").join(names)
    return in_a_row(*(sentence % values for sentence in said))


def _agreement(policy: DecisionPolicy) -> str:
    return _("%(name)s of at least %(floor)s, by the lower end of its interval.") % {
        "name": policy.get_coefficient_display(), "floor": f"{policy.agreement_floor:g}",
    }  # fmt: skip


def gate_sentence(gate: Gate) -> str:
    """What has to hold before any rating counts."""
    entry = CATALOGUE.get(gate.metric)
    own = _("the candidate's marks")
    return _("%(metric)s of %(prediction)s against %(reference)s %(sign)s %(threshold)s.") % {
        "metric": entry.title if entry else gate.metric,
        "prediction": own if gate.prediction == "candidate" else address_title(gate.prediction),
        "reference": address_title(gate.reference),
        "sign": "≥" if gate.is_at_least else "≤",
        "threshold": f"{gate.threshold:g}",
    }

"""The decision policy and its gates: written in a draft, frozen by the launch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.actions.campaigns import locked, require_draft
from annotations.models import Campaign
from grading.models import DecisionPolicy, Gate

Estimand = DecisionPolicy.Estimand
DEFAULTS: dict[str, dict[str, Any]] = {
    # At most 5 wrong marks in a class of 50 on one question.
    Campaign.Kind.GRADING: {"estimand": Estimand.RIGHT_MARKS, "threshold": 0.9},
    Campaign.Kind.EVALUATION: {"estimand": Estimand.MEAN_COMPOSITE, "threshold": 0.7},
}


def policy_of(campaign: Campaign) -> DecisionPolicy:
    """The stored policy, or an unsaved one with the usual choices for the kind of campaign."""
    stored = DecisionPolicy.objects.filter(campaign=campaign).select_related("auxiliary").first()
    if stored is not None:
        return stored
    seed = int(campaign.plan.get("seed", 1))
    return DecisionPolicy(campaign=campaign, seed=seed, **DEFAULTS[campaign.kind])


@transaction.atomic
def save_policy(
    *, campaign: Campaign, values: Mapping[str, Any], gates: Sequence[Mapping[str, Any]]
) -> DecisionPolicy:
    """Replace policy and gates of a draft. Raises ValidationError once it has been launched."""
    require_draft(locked(campaign))
    policy = policy_of(campaign)
    for name, value in values.items():
        setattr(policy, name, value)
    policy.save()
    Gate.objects.filter(campaign=campaign).delete()
    Gate.objects.bulk_create(
        Gate(campaign=campaign, position=position, **gate) for position, gate in enumerate(gates)
    )
    return policy


def early_stopping_problem(campaign: Campaign) -> str:
    """Why the sample may be looked at only once, when all of it is rated; "" where a rule with
    early looks holds what it promises."""
    questions = campaign.dataset.questions.all()[:2]
    if campaign.order == Campaign.Order.BY_QUESTION and len(questions) > 1:
        return _(
            "Work goes question by question, so what is rated early is not a random part of the sample. "
            "Choose shuffled work in the step “Raters” to look early."
        )
    return ""


def policy_problems(campaign: Campaign) -> list[str]:
    """Why the policy does not allow a launch."""
    policy = DecisionPolicy.objects.filter(campaign=campaign).first()
    if policy is None:
        return [_("Fix the policy first: when is the verdict “pass”?")]
    if not fits_kind(policy, campaign):
        return [_("The policy is for the other kind of campaign; look at it again.")]
    is_early = policy.stopping != DecisionPolicy.Stopping.FIXED
    if is_early and (problem := early_stopping_problem(campaign)):
        return [problem]
    return []


def fits_kind(policy: DecisionPolicy, campaign: Campaign) -> bool:
    """Right marks belong to grading, composites to evaluation."""
    is_grading = campaign.kind == Campaign.Kind.GRADING
    return (policy.estimand == Estimand.RIGHT_MARKS) == is_grading

"""Deleting a scorer, unless something that was promised or decided rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from annotations.models import Campaign, Scorer
from grading.models import DecisionPolicy, Gate, SelectiveGrading, Verdict


@transaction.atomic
def delete_scorer(*, scorer: Scorer) -> None:
    """Delete it with its scores; a draft's policy goes on without it.

    Raises ValidationError with the campaigns that rest on it.
    """
    if problem := why_not_delete(scorer):
        raise ValidationError(problem)
    drafts = DecisionPolicy.objects.filter(campaign__state=Campaign.State.DRAFT, auxiliary=scorer)
    drafts.update(auxiliary=None)
    scorer.delete()


def why_not_delete(scorer: Scorer) -> str:
    """The sentence that names the campaigns; "" where none rests on it."""
    found = Campaign.objects.filter(pk__in=set(_resting_on(scorer))).order_by("name")
    names = pgettext("between names", ", ").join(found.values_list("name", flat=True))
    if not names:
        return ""
    return _(
        "“%(name)s” cannot be deleted: policy, gates, verdicts or selective grading of these campaigns "
        "rest on it: %(campaigns)s."
    ) % {"name": scorer.name, "campaigns": names}


def _resting_on(scorer: Scorer) -> Iterator[int]:
    """Ids of launched campaigns. Verdicts of gradings and selective grading name their scorers."""
    launched = Q(campaign__team=scorer.team_id) & ~Q(campaign__state=Campaign.State.DRAFT)
    for policy in DecisionPolicy.objects.filter(launched):
        if scorer.pk in policy.auxiliary_ids:
            yield policy.campaign_id
    side = f"scorer.{scorer.name}"
    gates = Gate.objects.filter(launched, Q(prediction=side) | Q(reference=side))
    verdicts = Verdict.objects.filter(
        launched, candidate=scorer.name, campaign__kind=Campaign.Kind.GRADING
    )
    applied = SelectiveGrading.objects.filter(
        launched, Q(machine=scorer.name) | Q(confidence=scorer.name)
    )
    rows: Any
    for rows in (gates, verdicts, applied):
        yield from rows.order_by().values_list("campaign_id", flat=True)

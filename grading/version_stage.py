"""Where a version stands, told from the facts: candidate, validated, deployed, retired.

It is not stored: a signed verdict and a deployment say it, and so it can never disagree with them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from grading.models import Deployment, ModelVersion, Verdict


class Stage(models.TextChoices):
    TRAINING = "training", _("not trained yet")
    CANDIDATE = "candidate", _("candidate")
    VALIDATED = "validated", _("validated")
    DEPLOYED = "deployed", _("deployed")
    RETIRED = "retired", _("retired")


def stages_of(versions: Iterable[ModelVersion]) -> dict[int, Stage]:
    """Stage by primary key, in two queries."""
    rows = list(versions)
    in_service = set(
        Deployment.objects.active().filter(version__in=rows).values_list("version_id", flat=True)
    )
    proven = proven_versions(rows)
    return {one.pk: _stage(one, one.pk in in_service, one.pk in proven) for one in rows}


def proven_versions(versions: list[ModelVersion]) -> dict[int, Verdict]:
    """The newest signed passing verdict on each version that has one, by the version's key."""
    names = {one.scorer.name: one for one in versions if one.scorer}
    teams = {one.grader.team_id for one in versions}
    found = Verdict.objects.filter(
        candidate__in=names, campaign__team__in=teams, outcome=Verdict.Outcome.PASS, signed_at__isnull=False
    ).order_by("signed_at")
    return {
        names[verdict.candidate].pk: verdict
        for verdict in found.select_related("campaign")
        if verdict.campaign.team_id == names[verdict.candidate].grader.team_id
    }


def _stage(version: ModelVersion, is_in_service: bool, is_proven: bool) -> Stage:
    if is_in_service:
        return Stage.DEPLOYED
    if version.retired_at is not None:
        return Stage.RETIRED
    if version.trained_at is None:
        return Stage.TRAINING
    return Stage.VALIDATED if is_proven else Stage.CANDIDATE

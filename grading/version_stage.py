"""Where a version stands, told from the facts: candidate, validated, deployed, retired.

It is not stored: a signed verdict and a deployment say it, and so it can never disagree with them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign
from grading.models import Deployment, FineTuning, ModelVersion, ServedGenerator, Verdict

OVER = (FineTuning.State.FAILED, FineTuning.State.CANCELLED)


class Stage(models.TextChoices):
    TRAINING = "training", _("not trained yet")
    CANDIDATE = "candidate", _("candidate")
    VALIDATED = "validated", _("validated")
    DEPLOYED = "deployed", _("deployed")
    RETIRED = "retired", _("retired")


def stages_of(versions: Iterable[ModelVersion]) -> dict[int, Stage]:
    """Stage by primary key, in three queries. In service is also what writes under a name."""
    rows = list(versions)
    serving = (Deployment.objects.active(), ServedGenerator.objects.filter(ended_at=None))
    in_service = {
        pk for found in serving for pk in found.filter(version__in=rows).values_list("version_id", flat=True)
    }
    proven = proven_versions(rows)
    return {one.pk: _stage(one, one.pk in in_service, one.pk in proven) for one in rows}


def proven_versions(versions: Iterable[ModelVersion]) -> dict[int, Verdict]:
    """The verdict that proves each version that has one, by the version's key: it passes the version's
    marks, is signed, and is the newest of its campaign. Whatever was computed since, signed or not, takes
    the proof back; of several campaigns the one signed last is named."""
    owners = {(one.grader.team_id, one.scorer.name): one for one in versions if one.scorer}
    rows = Verdict.objects.filter(
        candidate__in=[name for _team, name in owners],
        campaign__team__in=[team for team, _name in owners],
        campaign__kind=Campaign.Kind.GRADING,
    )
    rows = rows.select_related("campaign").defer("evidence", "policy").order_by("created_at", "pk")
    newest = {(verdict.campaign_id, verdict.candidate): verdict for verdict in rows}
    passed = [v for v in newest.values() if v.outcome == Verdict.Outcome.PASS and v.signed_at]
    passed.sort(key=lambda verdict: verdict.signed_at)  # type: ignore[arg-type, return-value]
    owned = [(owners.get((v.campaign.team_id, v.candidate)), v) for v in passed]
    return {version.pk: verdict for version, verdict in owned if version}


def has_failed(version: ModelVersion) -> bool:
    """Its training ended without a version, by itself or because somebody cancelled it. Reads `fine_tuning`."""
    run: FineTuning | None = getattr(version, "fine_tuning", None)
    return version.trained_at is None and run is not None and run.state in OVER


def proof_of(version: ModelVersion) -> Verdict | None:
    return proven_versions([version]).get(version.pk)


def _stage(version: ModelVersion, is_in_service: bool, is_proven: bool) -> Stage:
    if is_in_service:
        return Stage.DEPLOYED
    if version.retired_at is not None:
        return Stage.RETIRED
    if version.trained_at is None:
        return Stage.TRAINING
    return Stage.VALIDATED if is_proven else Stage.CANDIDATE

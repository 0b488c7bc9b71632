"""Computing, storing and signing verdicts."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.access import LEAD, has_role
from annotations.models import Campaign, User
from grading.models import Verdict
from grading.verdict_agreement import campaign_agreement
from grading.verdict_assessment import Assessment, assess
from grading.verdict_data import (
    CampaignData,
    NoVerdict,
    campaign_data,
    candidates_of,
    policy_of,
    require_launched,
)
from grading.verdict_version import code_version


def compute_verdict(
    *, campaign: Campaign, candidate: str, by: User | None, keep_unchanged: bool = False
) -> Verdict:
    """Weigh one candidate and store the verdict as a new row.

    `keep_unchanged`: where nothing has changed since the newest verdict (same inputs, policy and
    code), that one is returned, with its signature. Raises NoVerdict with a sentence: no policy,
    not launched, no such candidate.
    """
    data = campaign_data(campaign)
    assessment = assess(data, campaign_agreement(data), candidate)
    return _store(data, assessment, by, keep_unchanged)


def compute_verdicts(
    *,
    campaign: Campaign,
    by: User | None,
    keep_unchanged: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Verdict]:
    """Weigh every candidate of the campaign, in the order of their names.

    `on_progress` is told (candidates weighed, all of them) after each; what it raises stops the
    work before anything is stored.
    """
    names = require_candidates(campaign)
    data = campaign_data(campaign)
    agreement = campaign_agreement(data)
    assessments = []
    for name in names:
        assessments.append(assess(data, agreement, name))
        if on_progress:
            on_progress(len(assessments), len(names))
    with transaction.atomic():
        return [_store(data, assessment, by, keep_unchanged) for assessment in assessments]


def require_candidates(campaign: Campaign) -> list[str]:
    """The candidates' names. Raises NoVerdict: not launched, no policy, nothing to weigh."""
    require_launched(campaign)
    policy_of(campaign)
    names = candidates_of(campaign)
    if names:
        return names
    raise NoVerdict(
        _(
            "There is no candidate: no scorer has marks on the items of this dataset. Import "
            "machine marks as a column, or run a grader, first."
        )
        if campaign.kind == Campaign.Kind.GRADING
        else _("There is no candidate: the campaign has no items.")
    )


def sign_verdict(*, verdict: Verdict, by: User, note: str = "") -> Verdict:
    """The lead stands for it. A signed verdict stays as it is; a newer one is signed anew.

    Raises PermissionDenied unless `by` leads the team, ValidationError when it is signed
    already, a newer one exists or there is nothing to stand for.
    """
    if not has_role(by, verdict.campaign.team_id, LEAD):
        raise PermissionDenied
    if why := why_not_signed(verdict):
        raise ValidationError(why)
    if (
        Verdict.objects.newest(verdict.campaign)
        .filter(candidate=verdict.candidate)
        .exclude(pk=verdict.pk)
    ):
        raise ValidationError(_("There is a newer verdict on this candidate; sign that one."))
    signed = Verdict.objects.filter(pk=verdict.pk, signed_at=None).update(
        signed_by=by, signed_at=timezone.now(), sign_note=note
    )
    if not signed:
        raise ValidationError(_("This verdict is signed already."))
    verdict.refresh_from_db()
    return verdict


def why_not_signed(verdict: Verdict) -> str:
    """Why its outcome cannot be signed; "" where it can."""
    if verdict.outcome != Verdict.Outcome.RATERS_NOT_READY:
        return ""
    return _(
        "The raters do not agree well enough, so this verdict says nothing about what is judged, and there is "
        "nothing to sign. Train the raters, let disputes be settled, and compute it again."
    )


def _store(
    data: CampaignData, assessment: Assessment, by: User | None, keep_unchanged: bool
) -> Verdict:
    same = {
        "inputs_digest": assessment.inputs_digest,
        "policy": assessment.policy,
        "code_version": code_version(),
    }
    newest = Verdict.objects.newest(data.campaign).filter(candidate=assessment.candidate).first()
    if keep_unchanged and newest and all(getattr(newest, k) == v for k, v in same.items()):
        return newest
    return Verdict.objects.create(
        campaign=data.campaign,
        candidate=assessment.candidate,
        outcome=assessment.decision.outcome,
        evidence=assessment.evidence,
        policy=assessment.policy,
        inputs_digest=assessment.inputs_digest,
        method=assessment.method,
        seed=data.policy.seed,
        code_version=code_version(),
        created_by=by,
    )

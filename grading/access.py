"""Who may see what of the machines: every object of `grading` that a view shows comes from here."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from annotations.access import READ, get_campaign_or_404, get_dataset_or_404
from annotations.models import Campaign, User
from grading.models import MetricRun, Verdict, VerdictRun


def get_metric_run_or_404(
    user: User, dataset_id: int, pk: int, roles: tuple[str, ...] = READ
) -> MetricRun:
    dataset = get_dataset_or_404(user, dataset_id, roles)
    rows = MetricRun.objects.select_related("dataset__team", "created_by")
    return get_object_or_404(rows, dataset=dataset, pk=pk)


def get_verdict_or_404(
    user: User, slug: str, pk: int, roles: tuple[str, ...] = READ
) -> Verdict:
    campaign = get_campaign_or_404(user, slug, roles)
    rows = Verdict.objects.select_related("campaign__team", "signed_by", "created_by")
    return get_object_or_404(rows, campaign=campaign, pk=pk)


def get_verdict_run_or_404(user: User, slug: str, roles: tuple[str, ...] = READ) -> VerdictRun:
    """The newest one of the campaign."""
    campaign = get_campaign_or_404(user, slug, roles)
    rows = VerdictRun.objects.filter(campaign=campaign).select_related("campaign__team")
    return get_object_or_404(rows[:1])


def get_exam_or_404(user: User, slug: str, roles: tuple[str, ...] = READ) -> Campaign:
    """A grading campaign; an evaluation has no marks."""
    campaign = get_campaign_or_404(user, slug, roles)
    if campaign.kind != Campaign.Kind.GRADING:
        raise Http404
    return campaign

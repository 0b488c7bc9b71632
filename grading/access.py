"""Who may see what of the machines: every object of `grading` that a view shows comes from here."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from annotations.access import (
    BUILD,
    READ,
    get_campaign_or_404,
    get_dataset_or_404,
    may_see_scores,
    require_role,
    teams_where,
)
from annotations.models import Campaign, Dataset, User
from grading.models import MetricRun, TrainingDraft, TrainingSet, Verdict, VerdictRun


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


def training_sets_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[TrainingSet]:
    return TrainingSet.objects.filter(team__in=teams_where(user, roles)).select_related("team")


def get_training_set_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> TrainingSet:
    rows = TrainingSet.objects.select_related("team", "dataset", "campaign__dataset", "created_by")
    training_set = get_object_or_404(rows, pk=pk)
    require_role(user, training_set.team_id, roles)
    return training_set


def joinable_sets(user: User, **which: Any) -> QuerySet[TrainingSet]:
    """Those of `which` (a filter) that may be learnt together with others: who must not see the marks of a set
    must not see them in another one."""
    rows = training_sets_where(user, BUILD).filter(**which).select_related("campaign")
    behind = Dataset.objects.filter(pk__in={pk for one in rows for pk in one.dataset_ids})
    hidden = {dataset.pk for dataset in behind.select_related("team") if not may_see_scores(user, dataset)}
    return rows.exclude(pk__in=[one.pk for one in rows if hidden & set(one.dataset_ids)])


def training_drafts_where(user: User) -> QuerySet[TrainingDraft]:
    return TrainingDraft.objects.filter(team__in=teams_where(user, BUILD)).select_related("team")


def get_training_draft_or_404(user: User, pk: int) -> TrainingDraft:
    rows = TrainingDraft.objects.select_related("team", "dataset", "campaign__dataset")
    draft = get_object_or_404(rows, pk=pk)
    require_role(user, draft.team_id, BUILD)
    return draft


def may_see_rows(user: User, found: TrainingSet | TrainingDraft) -> bool:
    """The answers with their marks: for who builds graders, and not for whom the marks could sway."""
    if found.team not in teams_where(user, BUILD):
        return False
    behind = Dataset.objects.filter(pk__in=found.dataset_ids)
    return all(may_see_scores(user, dataset) for dataset in behind)

"""Who may see endpoints, prompt templates and the runs that use them; as in annotations/access.py."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from annotations.access import (
    BUILD,
    READ,
    get_campaign_or_404,
    get_dataset_or_404,
    require_role,
    teams_where,
)
from annotations.models import User
from grading.models import Endpoint, GenerationRun, JudgeRun, PromptTemplate


def endpoints_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(team__in=teams_where(user, roles)).select_related("team")


def templates_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[PromptTemplate]:
    return PromptTemplate.objects.filter(team__in=teams_where(user, roles)).select_related("team")


def judge_runs_where(user: User) -> QuerySet[JudgeRun]:
    rows = JudgeRun.objects.filter(campaign__team__in=teams_where(user, READ))
    return rows.select_related("campaign", "scorer", "created_by")


def generation_runs_where(user: User) -> QuerySet[GenerationRun]:
    rows = GenerationRun.objects.filter(dataset__team__in=teams_where(user, READ))
    return rows.select_related("dataset", "template", "created_by")


def get_endpoint_or_404(user: User, pk: int, roles: tuple[str, ...] = BUILD) -> Endpoint:
    endpoint = get_object_or_404(Endpoint.objects.select_related("team"), pk=pk)
    require_role(user, endpoint.team_id, roles)
    return endpoint


def get_template_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> PromptTemplate:
    template = get_object_or_404(PromptTemplate.objects.select_related("team"), pk=pk)
    require_role(user, template.team_id, roles)
    return template


def get_judge_run_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> JudgeRun:
    rows = JudgeRun.objects.select_related("campaign__team", "campaign__dataset", "endpoint", "scorer")
    run = get_object_or_404(rows, pk=pk)
    get_campaign_or_404(user, run.campaign.slug, roles)
    return run


def get_generation_run_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> GenerationRun:
    rows = GenerationRun.objects.select_related("dataset__team", "endpoint", "version__grader", "template")
    run = get_object_or_404(rows, pk=pk)
    get_dataset_or_404(user, run.dataset_id, roles)
    return run


def require_reader(user: User) -> None:
    """Lists are for those who read in some team; raters have no business there."""
    if not teams_where(user, READ).exists():
        raise PermissionDenied


def require_builder(user: User) -> None:
    """What makes runs is for leads and engineers of some team."""
    if not teams_where(user, BUILD).exists():
        raise PermissionDenied

"""Who may see graders, their versions and runs; as in annotations/access.py."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from annotations.access import READ, require_role, teams_where
from annotations.models import User
from grading.models import FineTuning, Grader, GradingRun, ModelVersion


def graders_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[Grader]:
    return Grader.objects.filter(team__in=teams_where(user, roles)).select_related("team")


def get_grader_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> Grader:
    grader = get_object_or_404(Grader.objects.select_related("team"), pk=pk)
    require_role(user, grader.team_id, roles)
    return grader


def get_version_or_404(
    user: User, pk: int, number: int, roles: tuple[str, ...] = READ
) -> ModelVersion:
    grader = get_grader_or_404(user, pk, roles)
    rows = ModelVersion.objects.select_related(
        "grader__team", "training_set", "template", "parent__grader", "scorer", "confidence_scorer",
        "created_by",
    )  # fmt: skip
    return get_object_or_404(rows, grader=grader, number=number)


def generating_versions_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[ModelVersion]:
    """Those that write text and can be asked."""
    rows = ModelVersion.objects.filter(grader__team__in=teams_where(user, roles)).generators().usable()
    return rows.select_related("grader", "template").order_by("grader__school_subject", "-number")


def get_fine_tuning_or_404(
    user: User, pk: int, number: int, roles: tuple[str, ...] = READ
) -> FineTuning:
    version = get_version_or_404(user, pk, number, roles)
    return get_object_or_404(FineTuning, version=version)


def get_grading_run_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> GradingRun:
    rows = GradingRun.objects.select_related("version__grader__team", "dataset__team")
    run = get_object_or_404(rows, pk=pk)
    require_role(user, run.dataset.team_id, roles)
    return run

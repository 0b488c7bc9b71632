"""Who may see what is in service: tokens, generators, alarms; as in annotations/access.py."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from annotations.access import BUILD, READ, teams_where
from annotations.models import User
from grading.access_graders import get_grader_or_404
from grading.models import Alarm, ApiToken, Grader, ServedGenerator


def tokens_where(user: User) -> QuerySet[ApiToken]:
    """One's own, in teams for which one still builds."""
    rows = ApiToken.objects.filter(user=user, team__in=teams_where(user, BUILD))
    return rows.select_related("team")


def get_token_or_404(user: User, pk: int) -> ApiToken:
    return get_object_or_404(tokens_where(user), pk=pk)


def generators_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[ServedGenerator]:
    rows = ServedGenerator.objects.filter(team__in=teams_where(user, roles))
    return rows.select_related("team", "endpoint", "version__grader", "template", "created_by")


def get_generator_or_404(user: User, pk: int) -> ServedGenerator:
    return get_object_or_404(generators_where(user, BUILD), pk=pk)


def get_alarm_or_404(user: User, grader_id: int, pk: int) -> Alarm:
    grader: Grader = get_grader_or_404(user, grader_id, BUILD)
    return get_object_or_404(Alarm.objects.select_related("grader"), grader=grader, pk=pk)

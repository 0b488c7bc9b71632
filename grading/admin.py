"""Django's admin: verdicts and metric runs may be looked at, never changed; scorers may be deleted."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from annotations.admin import ReadOnlyAdmin
from annotations.models import AutomaticScore, Scorer
from grading.actions.delete_scorer import delete_scorer, why_not_delete
from grading.models import MetricRun, Verdict


@admin.register(Verdict)
class VerdictAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "candidate", "outcome", "created_at", "signed_by"]
    list_filter = ["outcome"]
    list_select_related = ["campaign", "signed_by"]


@admin.register(MetricRun)
class MetricRunAdmin(ReadOnlyAdmin):
    list_display = ["dataset", "state", "done", "total", "created_at", "error"]
    list_filter = ["state"]
    list_select_related = ["dataset"]


@admin.register(Scorer)
class ScorerAdmin(ReadOnlyAdmin):
    """A scorer imported by mistake may go; one that a campaign rests on stays."""

    list_display = ["name", "team", "kind", "scale", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["team"]
    search_fields = ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_deleted_objects(
        self, objs: Sequence[Scorer], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Scores are counted, not listed: there may be hundreds of thousands."""
        scores = AutomaticScore.objects.filter(scorer__in=objs).count()
        counts = {
            str(Scorer._meta.verbose_name_plural): len(objs),
            str(AutomaticScore._meta.verbose_name_plural): scores,
        }
        problems = [problem for scorer in objs if (problem := why_not_delete(scorer))]
        return [str(scorer) for scorer in objs], counts, set(), problems

    def delete_model(self, request: HttpRequest, obj: Scorer) -> None:
        delete_scorer(scorer=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Scorer]) -> None:
        for scorer in queryset:
            delete_scorer(scorer=scorer)

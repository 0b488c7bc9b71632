"""Django's admin: verdicts and metric runs may be looked at, never changed."""

from __future__ import annotations

from django.contrib import admin

from annotations.admin import ReadOnlyAdmin
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

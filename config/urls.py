"""Every address. Each room keeps its own list; see docs/decisions/0001-the-spine.md."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config.health import healthz

handler400 = "config.errors.bad_request"

urlpatterns = [
    path("healthz", login_not_required(healthz), name="healthz"),
    path("language/", login_not_required(set_language), name="language"),
    path("", include("annotations.urls_rating")),  # asked for a hundred times as often as the rest
    path("", include("grading.urls_api")),
    path("admin/", admin.site.urls),
    path("", include("annotations.urls_accounts")),
    path("", include("grading.urls_home")),
    path("", include("annotations.urls_datasets")),
    path("", include("annotations.urls_rubrics")),
    path("", include("annotations.urls_agreement")),
    path("", include("annotations.urls_gold")),
    path("", include("grading.urls_reports")),
    path("", include("grading.urls_verdict")),
    path("", include("grading.urls_exam")),
    path("", include("grading.urls_campaigns")),
    path("", include("grading.urls_endpoints")),
    path("", include("grading.urls_training")),
    path("", include("grading.urls_graders")),
    path("", include("grading.urls_service")),
]

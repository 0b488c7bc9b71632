"""Metric runs, the combined report and the marks of record."""

from django.urls import path

from grading.views import errors, marks_of_record, metric_run, metrics, report

RUN = "datasets/<int:dataset_id>/metrics/<int:run_id>/"
CAMPAIGN = "campaigns/<str:slug>/"

urlpatterns = [
    path("metrics/", metrics.page, name="metrics"),
    path("datasets/<int:dataset_id>/errors/", errors.page, name="errors"),
    path("datasets/<int:dataset_id>/metrics/", metric_run.run_list, name="metric-run-list"),
    path("datasets/<int:dataset_id>/metrics/new/", metric_run.create, name="metric-run-new"),
    path(RUN, metric_run.detail, name="metric-run-detail"),
    path(f"{RUN}progress/", metric_run.progress, name="metric-run-progress"),
    path(f"{RUN}cancel/", metric_run.cancel, name="metric-run-cancel"),
    path(f"{RUN}resume/", metric_run.resume, name="metric-run-resume"),
    path(f"{CAMPAIGN}report/", report.detail, name="report"),
    path(f"{CAMPAIGN}report.<str:format>", report.export, name="report-export"),
    path(f"{CAMPAIGN}ratings.<str:format>", report.ratings, name="ratings-export"),
    path(f"{CAMPAIGN}items.csv", report.items, name="items-export"),
    path(f"{CAMPAIGN}marks/", marks_of_record.detail, name="marks-of-record"),
    path(f"{CAMPAIGN}marks.<str:format>", marks_of_record.export, name="marks-export"),
]

"""Addresses of the verdicts of a campaign."""

from django.urls import path

from grading.views import verdict, verdict_compare

VERDICTS = "campaigns/<str:slug>/verdicts/"

urlpatterns = [
    path(VERDICTS, verdict.verdict_list, name="verdict-list"),
    path(f"{VERDICTS}compare/", verdict_compare.compare, name="verdict-compare"),
    path(f"{VERDICTS}compute/", verdict.compute, name="verdict-compute"),
    path(f"{VERDICTS}progress/", verdict.progress, name="verdict-progress"),
    path(f"{VERDICTS}cancel/", verdict.cancel, name="verdict-cancel"),
    path(f"{VERDICTS}<int:pk>/", verdict.verdict_detail, name="verdict-detail"),
    path(f"{VERDICTS}<int:pk>/sign/", verdict.sign, name="verdict-sign"),
]

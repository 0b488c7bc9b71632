"""Addresses of graders, their versions and grading runs."""

from django.urls import path

from grading.views import grader, grading_run, version, version_delete

GRADER = "graders/<int:pk>/"
VERSION = f"{GRADER}versions/<int:number>/"
RUN = "grading-runs/<int:pk>/"

urlpatterns = [
    path("graders/", grader.grader_list, name="grader-list"),
    path("graders/train/", grader.train, name="fine-tune"),
    path(GRADER, grader.detail, name="grader-detail"),
    path(f"{GRADER}compare/", grader.compare, name="version-compare"),
    path(f"{GRADER}delete-versions/", version_delete.delete, name="version-delete"),
    path(VERSION, version.detail, name="version-detail"),
    path(f"{VERSION}progress/", version.progress, name="version-progress"),
    path(f"{VERSION}cancel/", version.cancel, name="version-cancel"),
    path(f"{VERSION}resume/", version.resume, name="version-resume"),
    path(f"{VERSION}retire/", version.retire, name="version-retire"),
    path(f"{VERSION}card.md", version.card, name="model-card"),
    path(f"{VERSION}grade/", version.grade, name="version-grade"),
    path(RUN, grading_run.detail, name="grading-run"),
    path(f"{RUN}progress/", grading_run.progress, name="grading-run-progress"),
    path(f"{RUN}cancel/", version.run_cancel, name="grading-run-cancel"),
    path(f"{RUN}resume/", version.run_resume, name="grading-run-resume"),
]

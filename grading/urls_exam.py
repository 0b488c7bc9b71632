"""Addresses of the exam guarantee and of selective grading."""

from django.urls import path

from grading.views import exam_guarantee, selective

EXAM = "campaigns/<str:slug>/exam/"

urlpatterns = [
    path(EXAM, exam_guarantee.detail, name="exam-guarantee"),
    path(f"{EXAM}selective/", selective.detail, name="selective"),
    path(f"{EXAM}selective/apply/", selective.apply, name="selective-apply"),
    path(f"{EXAM}selective/undo/", selective.undo, name="selective-undo"),
    path(f"{EXAM}selective/queue/", selective.queue, name="selective-queue"),
]

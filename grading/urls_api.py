"""The HTTP API."""

from django.urls import path

from grading.api import answers, generate, grade, openapi
from grading.api.door import nowhere

urlpatterns = [
    path("api/v1/openapi.json", openapi.openapi, name="api-openapi"),
    path("api/v1/generate/<str:name>", generate.generate, name="api-generate"),
    path("api/v1/grade/<uuid:pk>", answers.state, name="api-answer"),
    path("api/v1/grade/<uuid:pk>/feedback", answers.feedback, name="api-feedback"),
    path("api/v1/grade/<path:school_subject>", grade.grade, name="api-grade"),
    path("api/v1/<path:rest>", nowhere, name="api-nowhere"),
]

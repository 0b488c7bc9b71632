"""The HTTP API."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter, UUIDConverter

from grading.api import answers, campaigns, generate, grade, imports, openapi
from grading.api.door import nowhere


class AnswerId(UUIDConverter):
    """Some programs write ids in capital letters."""

    regex = UUIDConverter.regex.replace("a-f", "a-fA-F")


class Anything(StringConverter):
    """Also nothing, and lines."""

    regex = r"[\s\S]*"


register_converter(AnswerId, "answer_id")
register_converter(Anything, "anything")
urlpatterns = [
    path("api/v1/openapi.json", openapi.openapi, name="api-openapi"),
    path("api/v1/generate/<str:name>", generate.generate, name="api-generate"),
    path("api/v1/grade/<answer_id:pk>", answers.state, name="api-answer"),
    path("api/v1/grade/<answer_id:pk>/feedback", answers.feedback, name="api-feedback"),
    path("api/v1/grade/<path:school_subject>", grade.grade, name="api-grade"),
    path("api/v1/items/<path:dataset>", imports.items, name="api-items"),
    path("api/v1/imports/<int:pk>", imports.state, name="api-import"),
    path("api/v1/verdicts/<str:slug>", campaigns.verdicts, name="api-verdicts"),
    path("api/v1/marks/<str:slug>", campaigns.marks, name="api-marks"),
    path("api/v1/ratings/<str:slug>", campaigns.ratings, name="api-ratings"),
    path("api/v1/<anything:rest>", nowhere, name="api-nowhere"),
]

"""Addresses of rubrics."""

from django.urls import path

from annotations.views import rubric, rubric_builder

urlpatterns = [
    path("rubrics/", rubric.rubric_list, name="rubric-list"),
    path("rubrics/new/", rubric.rubric_new, name="rubric-new"),
    path("rubrics/<int:pk>/", rubric.rubric_detail, name="rubric-detail"),
    path("rubrics/<int:pk>/edit/", rubric_builder.rubric_edit, name="rubric-edit"),
    path("rubrics/<int:pk>/preview/", rubric_builder.rubric_preview, name="rubric-preview"),
    path("rubrics/<int:pk>/publish/", rubric.rubric_publish, name="rubric-publish"),
    path("rubrics/<int:pk>/new-version/", rubric.rubric_new_version, name="rubric-new-version"),
    path("rubrics/<int:pk>/delete/", rubric.rubric_delete, name="rubric-delete"),
]

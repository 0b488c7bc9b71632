"""Addresses of training sets and of those on their way."""

from django.urls import path

from grading.views import (
    training_draft,
    training_edit,
    training_join,
    training_left_out,
    training_set,
)

DRAFT = "training/drafts/<int:pk>/"
SET = "training/<int:pk>/"

urlpatterns = [
    path("training/", training_set.training_list, name="training-list"),
    path("training/new/", training_draft.create, name="training-create"),
    path(DRAFT, training_draft.detail, name="training-draft"),
    path(f"{DRAFT}columns/", training_draft.columns, name="training-columns"),
    path(f"{DRAFT}start/", training_draft.start, name="training-start"),
    path(f"{DRAFT}cancel/", training_draft.cancel, name="training-cancel"),
    path(SET, training_set.detail, name="training-detail"),
    path(f"{SET}edit/", training_edit.edit, name="training-edit"),
    path(f"{SET}delete/", training_edit.delete, name="training-delete"),
    path(f"{SET}join/", training_join.join, name="training-join"),
    path(f"{SET}left-out/", training_left_out.left_out, name="training-left-out"),
    path(f"{SET}export/", training_set.export, name="training-export"),
]

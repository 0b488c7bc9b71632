"""Addresses of this room."""

from django.urls import URLPattern, path

from annotations.views import (
    dataset,
    dataset_edit,
    item,
    item_image,
    item_import,
    question,
    rating_import,
)

urlpatterns: list[URLPattern] = [
    path("datasets/", dataset.dataset_list, name="dataset-list"),
    path("datasets/<int:pk>/", dataset.detail, name="dataset-detail"),
    path("datasets/<int:pk>/edit/", dataset_edit.edit, name="dataset-edit"),
    path("datasets/<int:pk>/delete/", dataset_edit.delete, name="dataset-delete"),
    path("datasets/<int:pk>/questions/", question.question_list, name="question-list"),
    path("datasets/<int:pk>/questions/<int:question_pk>/", question.edit, name="question-edit"),
    path("datasets/<int:pk>/items/<int:item_pk>/", item.detail, name="item-detail"),
    path("datasets/<int:pk>/images/<int:image_pk>", item_image.image, name="item-image"),
    path("campaigns/<str:slug>/ratings/import/", rating_import.create, name="rating-import-create"),
    path("imports/new/", item_import.create, name="item-import-create"),
    path("imports/<int:pk>/", item_import.detail, name="item-import"),
    path("imports/<int:pk>/columns/", item_import.columns, name="item-import-columns"),
    path("imports/<int:pk>/start/", item_import.start, name="item-import-start"),
    path("imports/<int:pk>/cancel/", item_import.cancel, name="item-import-cancel"),
]

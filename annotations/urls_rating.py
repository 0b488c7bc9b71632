"""Addresses of the rating screen and of a rater's own ratings."""

from django.urls import path

from annotations.views import rating, rating_history, rating_steps

urlpatterns = [
    path("rate/<str:slug>/", rating.rating_page, name="rating-page"),
    path("rate/<str:slug>/submit/", rating.rating_submit, name="rating-submit"),
    path("rate/<str:slug>/draft/", rating_steps.rating_draft, name="rating-draft"),
    path("rate/<str:slug>/skip/", rating_steps.rating_skip, name="rating-skip"),
    path("rate/<str:slug>/undo/", rating_steps.rating_undo, name="rating-undo"),
    path("rate/<str:slug>/guide/", rating_steps.rating_guide, name="rating-guide"),
    path("rate/<str:slug>/history/", rating_history.rating_history, name="rating-history"),
    path("rate/<str:slug>/history/<int:pk>/", rating_history.rating_edit, name="rating-edit"),
]

"""Addresses of a campaign's practice and qualification items."""

from django.urls import include, path

from annotations.views import gold, gold_item

urlpatterns = [
    path(
        "campaigns/<str:slug>/gold/",
        include(
            [
                path("", gold.gold_list, name="gold-list"),
                path("add/", gold_item.gold_add, name="gold-add"),
                path("rule/", gold.gold_rule, name="gold-rule"),
                path("<int:pk>/", gold_item.gold_item, name="gold-item"),
                path("<int:pk>/move/", gold.gold_move, name="gold-move"),
                path("<int:pk>/purpose/", gold.gold_purpose, name="gold-purpose"),
                path("<int:pk>/remove/", gold.gold_remove, name="gold-remove"),
                path("raters/<int:pk>/let-rate/", gold.gold_let_rate, name="gold-let-rate"),
                path("raters/<int:pk>/train-again/", gold.gold_train_again, name="gold-train-again"),
            ]
        ),
    ),
]

"""Agreement and raters of a campaign, and its items with the final word."""

from django.urls import URLPattern, path

from annotations.views import adjusted_items, agreement, campaign_item, rater_effects

ITEM = "campaigns/<str:slug>/items/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("campaigns/<str:slug>/agreement/", agreement.detail, name="campaign-agreement"),
    path("campaigns/<str:slug>/rater-effects/", rater_effects.detail, name="campaign-rater-effects"),
    path(
        "campaigns/<str:slug>/rater-effects/items.csv",
        adjusted_items.download,
        name="campaign-adjusted-items",
    ),
    path(ITEM, campaign_item.detail, name="campaign-item"),
    path(f"{ITEM}reveal/", campaign_item.reveal, name="campaign-item-reveal"),
]

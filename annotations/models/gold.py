"""Definitive scores: fixed beforehand (gold) or decided afterwards (adjudication)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models.campaign import CampaignItem


class Gold(models.Model):
    """The definitive scores of an item, {criterion key: value}, with the reason for a learner."""

    campaign_item = models.OneToOneField(
        CampaignItem, on_delete=models.CASCADE, related_name="gold"
    )
    scores = models.JSONField(default=dict)
    explanation = models.TextField(blank=True)


class Adjudication(models.Model):
    """The final word on an item. A new one is a new row; the newest counts."""

    campaign_item = models.ForeignKey(
        CampaignItem, on_delete=models.CASCADE, related_name="adjudications"
    )
    adjudicator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    scores = models.JSONField(default=dict)
    composite = models.FloatField(null=True)
    mark = models.FloatField(null=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]

"""Weighing the candidates of a large campaign in the queue."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models import Campaign
from annotations.models.long_work import LongWork


class VerdictRun(LongWork):
    """All candidates of one campaign; `done` and `total` count them.

    All or nothing: cancelled or failed, it stores no verdict. `beat_at` is the worker's last sign
    of life; by `job_id` the queue knows whether it lives.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    beat_at = models.DateTimeField(null=True, blank=True)
    job_id = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]

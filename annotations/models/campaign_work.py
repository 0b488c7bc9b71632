"""Writing a large sample: a launch or an extension that a worker carries out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.campaign import Campaign
from annotations.models.long_work import LongWork

ACTIVE = (LongWork.State.WAITING, LongWork.State.RUNNING)


class CampaignWork(LongWork):
    """All or nothing: cancelled or failed, it leaves the campaign as it was.

    `n` is the size that an extension is to reach. `has_consent`: the lead knows that every
    candidate is rejected at a gate and wants the ratings all the same. `beat_at` is the worker's
    last sign of life.
    """

    class Kind(models.TextChoices):
        LAUNCH = "launch", _("launch")
        EXTENSION = "extension", _("extension of the sample")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="works")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    n = models.PositiveIntegerField(null=True, blank=True)
    has_consent = models.BooleanField(default=False)
    beat_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(state__in=ACTIVE),
                name="one_work_at_a_time",
            )
        ]

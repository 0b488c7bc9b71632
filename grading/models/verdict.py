"""Verdicts: stored decisions with their evidence."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def newest(self, campaign: Campaign) -> VerdictQuerySet:
        """The newest verdict on each candidate of `campaign`, by candidate."""
        later = Verdict.objects.filter(
            models.Q(created_at__gt=models.OuterRef("created_at"))
            | models.Q(created_at=models.OuterRef("created_at"), pk__gt=models.OuterRef("pk")),
            campaign=campaign,
            candidate=models.OuterRef("candidate"),
        )
        return self.filter(~models.Exists(later), campaign=campaign).order_by("candidate")


class Verdict(models.Model):
    """Campaign × candidate. A recomputation is a new row; the newest is shown.

    `evidence` holds everything the page shows (gates, agreement, estimates, sample);
    `inputs_digest` is the SHA-256 of ratings, scores and weights that went in, so that the same digest,
    policy, method, seed and code version give the same numbers.
    """

    class Outcome(models.TextChoices):
        PASS = "pass", _("pass")
        FAIL = "fail", _("fail")
        UNDECIDED = "undecided", _("undecided")
        REJECTED = "rejected", _("rejected at the gate")
        RATERS_NOT_READY = "raters_not_ready", _("raters not ready")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    candidate = models.CharField(max_length=120)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    evidence = models.JSONField(default=dict)
    policy = models.JSONField(default=dict)
    inputs_digest = models.CharField(max_length=64)
    method = models.CharField(max_length=60)
    seed = models.PositiveBigIntegerField(default=0)
    code_version = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    sign_note = models.TextField(blank=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["campaign", "candidate", "-created_at"], name="newest_verdict")]

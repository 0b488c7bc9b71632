"""Selective grading as it was applied: what the machine may mark, and the marks it was taken for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign, Item


class SelectiveGrading(models.Model):
    """Campaign × machine: a threshold of its confidence, with its proof, applied to the dataset.

    `evidence` holds the figures of the page when it was applied (the acceptance, the standing of
    the marks of record); `inputs_digest` is the SHA-256 of marks, confidences and the choice. Undoing
    keeps the row. `queue` is the campaign in which people mark the rest.
    """

    class Part(models.TextChoices):
        ALONE = "alone", _("marks alone what it accepts")
        SECOND = "second", _("is second marker beside a person")
        CHECK = "check", _("only checks the person's mark")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    machine = models.CharField(max_length=120)
    confidence = models.CharField(max_length=120)
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.ALONE)
    alpha = models.FloatField()
    delta = models.FloatField()
    threshold = models.FloatField()
    evidence = models.JSONField(default=dict)
    inputs_digest = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    queue = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(undone_at__isnull=True),
                name="one_selective_grading_in_force",
            )
        ]


class AcceptedMark(models.Model):
    """A machine mark that was accepted; kept as it was, whatever the scorer says later."""

    selective = models.ForeignKey(
        SelectiveGrading, on_delete=models.CASCADE, related_name="marks", db_index=False
    )  # accepted_once begins with it
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    mark = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["selective", "item"], name="accepted_once")
        ]

"""Ratings: every submission is a row of its own, and none is ever overwritten."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.assignment import Assignment
from annotations.models.campaign import Campaign, CampaignItem
from annotations.models.rubric import Criterion


class Rating(models.Model):
    """One revision of a submitted assignment.

    `state`: *current* counts; *superseded* by a later revision; *withdrawn* by undo;
    *surplus* arrived after its slot was given to another; *returned* sent back by a senior.
    `submission_key` is made by the browser: the same key twice is one rating.
    `composite` is in [0, 1], `mark` on the question's scale; both empty when it was flagged
    as impossible to judge.
    """

    class State(models.TextChoices):
        CURRENT = "current", _("current")
        SUPERSEDED = "superseded", _("superseded")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SURPLUS = "surplus", _("surplus")
        RETURNED = "returned", _("returned")

    # Every foreign key here begins an index or a constraint below.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="ratings", db_index=False
    )
    campaign_item = models.ForeignKey(
        CampaignItem, on_delete=models.CASCADE, related_name="ratings", db_index=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="ratings", db_index=False
    )
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ratings", db_index=False
    )
    kind = models.CharField(max_length=14, choices=Assignment.Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CURRENT)
    revision = models.PositiveSmallIntegerField(default=1)
    submission_key = models.UUIDField(default=uuid.uuid4)
    composite = models.FloatField(null=True)
    mark = models.FloatField(null=True)
    is_vetoed = models.BooleanField(default=False)
    flag_reason = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    active_seconds = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state="current"), name="one_counted_rating"
            ),
            models.UniqueConstraint(
                fields=["campaign_item", "rater"],
                condition=Q(state__in=["current", "surplus"]) & ~Q(kind="repeat"),
                name="one_rating_a_rater_and_item",
            ),
            models.UniqueConstraint(fields=["rater", "submission_key"], name="submitted_once"),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "kind"], name="rating_counted"),
            models.Index(fields=["campaign_item", "rater"], name="rated_by"),
            models.Index(fields=["assignment", "rater"], name="revisions"),
        ]


class CriterionScore(models.Model):
    """One number on one criterion, on the criterion's own scale."""

    rating = models.ForeignKey(
        Rating, on_delete=models.CASCADE, related_name="scores", db_index=False
    )  # one_score_a_criterion begins with it
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rating", "criterion"], name="one_score_a_criterion")
        ]

"""Assignments: slots that raters claim. The database holds the overlap exact."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.campaign import Campaign, CampaignItem


class Assignment(models.Model):
    """One slot: a campaign item to be rated once, by one rater.

    `planned_for` is the rater whom the assignment design gave the slot; `rater` is who
    holds it now. `campaign` and `position` repeat the campaign item's so that a claim
    reads one index.
    """

    class Kind(models.TextChoices):
        LIVE = "live", _("live")
        PRACTICE = "practice", _("practice")
        QUALIFICATION = "qualification", _("qualification")
        SEED = "seed", _("seed")
        REPEAT = "repeat", _("repeat")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLAIMED = "claimed", _("claimed")
        SUBMITTED = "submitted", _("submitted")

    # No index a foreign key: those below serve, and more would slow the launch and the claim.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="assignments", db_index=False
    )
    campaign_item = models.ForeignKey(
        CampaignItem, on_delete=models.CASCADE, related_name="assignments", db_index=False
    )
    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.LIVE)
    slot = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    planned_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="assignments",
        db_index=False,
    )
    claimed_at = models.DateTimeField(null=True)
    lease_expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_item", "kind", "slot"], name="slot_exists_once"
            ),
            models.UniqueConstraint(
                fields=["campaign_item", "rater"],
                condition=Q(rater__isnull=False) & ~Q(kind="repeat"),
                name="no_rater_twice_on_an_item",
            ),
            models.CheckConstraint(
                condition=Q(state="open", rater__isnull=True)
                | (~Q(state="open") & Q(rater__isnull=False)),
                name="open_means_nobody_holds_it",
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "planned_for", "state", "position"], name="claim_planned"
            ),
            models.Index(fields=["campaign", "state", "position"], name="claim_any"),
            models.Index(fields=["rater", "campaign", "state"], name="held_by_rater"),
            models.Index(fields=["campaign_item", "rater"], name="held_on_item"),
        ]


class Draft(models.Model):
    """What a rater has entered so far, {"scores": {criterion key: value}, "note": str, …}."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "rater"], name="one_draft_each")
        ]


class Skip(models.Model):
    """A rater gave an item back and is not asked again."""

    campaign_item = models.ForeignKey(
        CampaignItem, on_delete=models.CASCADE, related_name="skips", db_index=False
    )
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign_item", "rater"], name="skip_once")
        ]

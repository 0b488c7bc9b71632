"""Campaigns: dataset + rubric + sampling plan + raters."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.dataset import Dataset, Item, Question
from annotations.models.rubric import Rubric
from annotations.models.team import Team

OPEN = "open"  # the design of a campaign without an end


class Campaign(models.Model):
    """A piece of rating work with a beginning, a plan and an end.

    `plan` is the sampling plan: {"design": "all"|"random"|"stratified"|"unequal"|"open", "n": int|null,
    "by": str, "allocation": "proportional"|"equal"|"neyman", "spread_by": str (a scorer's name),
    "likelier": {"why": str, "scorers": [name], "near": number|null}, "only": [item id] (the rest is
    not drawn from), "seed": int} and, from the launch on, {"excluded": [item key], "frame_digest":
    str, "frame_size": int, "score_digest": str, "drawn": int, "draws": [{"n", "audit"}],
    "launched_by": str}; see actions/campaign_frame.py and frame_scores.py.
    `overlap_share` of the items get `ratings_per_item` ratings, the rest get one.
    `help_after_hours`: slots planned for a rater who has been away that long go to the others;
    0 = first come first served, empty = never.
    """

    class Kind(models.TextChoices):
        GRADING = "grading", _("grading")
        EVALUATION = "evaluation", _("evaluation")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    class Order(models.TextChoices):
        BY_QUESTION = "by_question", _("question by question")
        SHUFFLED = "shuffled", _("shuffled")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="campaigns")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(unique=True, allow_unicode=True, max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    plan = models.JSONField(default=dict)
    ratings_per_item = models.PositiveSmallIntegerField(_("ratings per item"), default=2)
    overlap_share = models.FloatField(_("share rated more than once"), default=1.0)
    order = models.CharField(
        _("order"), max_length=12, choices=Order.choices, default=Order.BY_QUESTION
    )
    guidelines = models.TextField(_("guidelines for raters"), blank=True)
    is_reference_shown = models.BooleanField(_("show the reference answer"), default=True)
    lease_minutes = models.PositiveIntegerField(default=30)
    help_after_hours = models.FloatField(null=True, blank=True, default=24)
    break_after_minutes = models.PositiveIntegerField(default=50)
    qualification_share = models.FloatField(_("share within tolerance to qualify"), default=0.8)
    qualification_tolerance = models.FloatField(_("tolerance a criterion"), default=1.0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ratings_per_item__gte=1), name="at_least_one_rating"
            ),
            models.CheckConstraint(
                condition=models.Q(overlap_share__gte=0, overlap_share__lte=1),
                name="overlap_share_in_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_open_ended(self) -> bool:
        """Nothing was drawn at the launch: items come one by one (actions/open_campaign.py)."""
        return self.plan.get("design") == OPEN


class CampaignRubric(models.Model):
    """Which rubric judges which question; `question` empty = all the others."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="rubrics")
    question = models.ForeignKey(Question, null=True, on_delete=models.CASCADE, related_name="+")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "question"], name="one_rubric_per_question"
            ),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(question__isnull=True),
                name="one_common_rubric",
            ),
        ]


class CampaignItem(models.Model):
    """An item drawn into a campaign.

    `probability` is its inclusion probability, `random_number` its permanent random
    number (extending the sample keeps probabilities right), `stratum` the value it was
    stratified by. `purpose` other than live: gold items that train and test raters.
    """

    class Purpose(models.TextChoices):
        LIVE = "live", _("live")
        PRACTICE = "practice", _("practice")
        QUALIFICATION = "qualification", _("qualification")
        SEED = "seed", _("seed")

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="campaign_items", db_index=False
    )  # item_once_a_campaign begins with it
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="campaign_items")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=14, choices=Purpose.choices, default=Purpose.LIVE)
    stratum = models.CharField(max_length=200, blank=True)
    probability = models.FloatField(null=True)
    random_number = models.FloatField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "item"], name="item_once_a_campaign"),
            models.CheckConstraint(
                condition=models.Q(probability__isnull=True)
                | models.Q(probability__gt=0, probability__lte=1),
                name="probability_in_unit",
            ),
        ]


class CampaignRater(models.Model):
    """A rater in a campaign. `school_subjects` empty = all of them."""

    class State(models.TextChoices):
        TRAINING = "training", _("in training")
        ACTIVE = "active", _("active")
        FAILED = "failed", _("not qualified")
        STOPPED = "stopped", _("stopped")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="raters")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="campaign_raters"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    school_subjects = models.JSONField(default=list, blank=True)
    question_keys = models.JSONField(default=list, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user"], name="rater_once_a_campaign")
        ]

    def marks(self, school_subject: str, question_key: str) -> bool:
        """Whether the rater was chosen for this school subject and question."""
        in_subject = not self.school_subjects or school_subject in self.school_subjects
        return in_subject and (not self.question_keys or question_key in self.question_keys)

"""A run of an LLM judge over the items of a campaign, and what it answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign, Item, Scorer
from annotations.models.long_work import LongWork
from grading.models.endpoint import Endpoint, TokenCount


class JudgeRun(LongWork, TokenCount):
    """The campaign's frozen rubric is the judge's instruction; `scorer` gets what it gives.

    `sources` empty = all. `checks`: how many items each check of the judge for bias takes, 0 = none.
    `model` and the prices are those of the endpoint when the run was made. `done` counts answers,
    `failed` those of them that could not be used.
    """

    class Scope(models.TextChoices):
        DRAWN = "drawn", _("the items that people rate in this campaign")
        DATASET = "dataset", _("all items of the dataset")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.SET_NULL, related_name="+")
    scorer = models.ForeignKey(Scorer, null=True, on_delete=models.SET_NULL, related_name="+")
    model = models.CharField(max_length=80)
    prompt_version = models.PositiveSmallIntegerField()
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.DRAWN)
    sources = models.JSONField(default=list)
    temperature = models.FloatField(default=0)
    seed = models.PositiveIntegerField(default=1)
    checks = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    done_before = models.PositiveIntegerField(default=0)
    job_id = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]


class JudgeAnswer(models.Model):
    """What the judge said of one item; `problem` (a code of grading/backends/endpoint_errors.py) where
    it could not be used. `scores` by criterion key; `reply` is the answer as it came, cut.

    The other kinds test the judge: the same question again, and the response padded with words that
    say nothing.
    """

    class Kind(models.TextChoices):
        PLAIN = "plain"
        AGAIN = "again"
        PADDED = "padded"

    run = models.ForeignKey(JudgeRun, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PLAIN)
    scores = models.JSONField(default=dict)
    composite = models.FloatField(null=True)
    mark = models.FloatField(null=True)
    problem = models.CharField(max_length=30, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    reply = models.TextField(blank=True)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "item", "kind"], name="one_judge_answer")
        ]


class JudgePair(models.Model):
    """Which of two responses to one question the judge preferred: "first", "second" or "tie", asked with
    `first` before `second` and with them the other way round."""

    run = models.ForeignKey(JudgeRun, on_delete=models.CASCADE, related_name="pairs")
    first = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    preferred = models.CharField(max_length=6, blank=True)
    preferred_swapped = models.CharField(max_length=6, blank=True)
    problem = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "first", "second"], name="one_judge_pair")
        ]

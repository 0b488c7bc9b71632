"""Datasets, their questions and items."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.team import Team


class Dataset(models.Model):
    """A named set of items."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="datasets")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="dataset_name_once_a_team")
        ]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """The prompt, shared by all items that answer it.

    `full_mark` and `step` are on the mark scale of the exam; both are empty for
    evaluation prompts. `scoring_points` is a list of {"text": str, "marks": number}.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(_("question number"), max_length=200)
    position = models.PositiveIntegerField(default=0)
    text = models.TextField(_("question"), blank=True)
    reference = models.TextField(_("reference answer"), blank=True)
    context = models.TextField(_("context"), blank=True)
    school_subject = models.CharField(_("school subject"), max_length=60, blank=True)
    full_mark = models.DecimalField(
        _("full mark"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    step = models.DecimalField(_("step"), max_digits=4, decimal_places=2, default=1)
    scoring_points = models.JSONField(_("scoring points"), default=list, blank=True)
    metadata = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "key"], name="question_key_once_a_dataset"),
            models.CheckConstraint(
                condition=models.Q(full_mark__isnull=True) | models.Q(full_mark__gt=0),
                name="full_mark_positive",
            ),
            models.CheckConstraint(condition=models.Q(step__gt=0), name="step_positive"),
        ]

    def __str__(self) -> str:
        return self.key


class Item(models.Model):
    """One response to a question.

    `key` is stable: importing the same file twice finds the same items. `source` is the
    student's pseudonym or the system's name. `group_keys` hold what one may stratify by
    (class, school subject …), `metadata` everything else the file said. `reference_mark`
    is a mark given in the past, on the question's mark scale.
    """

    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="items", db_index=False
    )  # item_in_order begins with it
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    text = models.TextField(_("response"), blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True, db_index=True)
    group_keys = models.JSONField(default=dict, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    reference_mark = models.FloatField(_("past mark"), null=True, blank=True)
    has_images = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "key"], name="item_key_once_a_dataset")
        ]
        indexes = [models.Index(fields=["dataset", "position"], name="item_in_order")]

    def __str__(self) -> str:
        return self.key


def image_path(image: ItemImage, filename: str) -> str:
    return f"items/{image.item.dataset_id}/{image.item_id}-{image.position}-{filename}"


class ItemImage(models.Model):
    """A scan of the answer. Served only through access.py, never from a public folder."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField(default=0)
    file = models.ImageField(
        upload_to=image_path, width_field="width", height_field="height", max_length=300
    )
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

"""A training set on its way: what it is made from, how it is divided, and how far the making is."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models import Campaign, Dataset, Team
from annotations.models.long_work import LongWork
from grading.models.training_set import MadeFrom, MarksTaken, SplitBy, TrainingOrigin, TrainingSet


def draft_path(draft: TrainingDraft, filename: str) -> str:
    return f"training/{draft.team_id}/{filename}"


class TrainingDraft(MadeFrom, LongWork):
    """Source → (columns, where it is a file) → preview → (confirmed) → job → `training_set`.

    `mapping` says what each column is, {column: role}. `facts` is what was found on upload and by the
    preview; `problems` are the first refused lines as in ItemImport, `refused` counts all.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    school_subject = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=10, choices=TrainingOrigin.choices)
    dataset = models.ForeignKey(
        Dataset, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    marks = models.CharField(max_length=12, choices=MarksTaken.choices, blank=True)
    file = models.FileField(upload_to=draft_path, max_length=300, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_format = models.CharField(max_length=20, blank=True)
    mapping = models.JSONField(default=dict)
    split_by = models.CharField(max_length=10, choices=SplitBy.choices, default=SplitBy.STUDENT)
    shares = models.JSONField(default=list)
    seed = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    refused = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)  # the worker's last sign of life
    job_id = models.CharField(max_length=64, blank=True)  # by which the queue knows whether it lives
    training_set = models.ForeignKey(
        TrainingSet, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    @property
    def has_columns(self) -> bool:
        """It is made from a file, of whose columns somebody says what they are."""
        return self.origin == TrainingOrigin.FILE and "sets" not in self.facts

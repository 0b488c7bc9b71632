"""Training sets: what graders learn from, frozen and named by its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign, Dataset, Team


class TrainingOrigin(models.TextChoices):
    FILE = "file", _("a file")
    DATASET = "dataset", _("past marks of a dataset")
    CAMPAIGN = "campaign", _("marks of record of a campaign")


class SplitBy(models.TextChoices):
    STUDENT = "student", _("by student: for new students who answer these questions")
    QUESTION = "question", _("by question: for questions that nobody has marked yet")
    BOTH = "both", _("by student and question: for new students and new questions, from papers of several exams")


class MarksTaken(models.TextChoices):
    """Which marks of record of a campaign are learnt from."""

    SETTLED = "settled", _("only adjudicated marks and those on which people agreed")
    ADJUDICATED = "adjudicated", _("only adjudicated marks")
    ALL = "all", _("all marks, each counting in full")
    WEIGHTED = "weighted", _("all marks, each counting as far as it is reliable")


class MadeFrom:
    """Where the answers of a set, or of one on its way, come from. Sets that were learnt together, alone or with
    another source, stand in `facts["sets"]`: [{"number", "name", "digest", "datasets": [ids], "answers": n}]."""

    facts: Any
    dataset_id: int | None
    campaign: Campaign | None

    @property
    def made_from(self) -> str:
        sets = self.facts.get("sets", [])
        if sets and all(one["number"] for one in sets):
            return gettext("training sets learnt together")
        return str(self.get_origin_display())  # type: ignore[attr-defined]

    @property
    def dataset_ids(self) -> list[int]:
        """Of the datasets that are known to be behind it."""
        own = [self.dataset_id, self.campaign.dataset_id if self.campaign else None]
        learnt = [pk for one in self.facts.get("sets", []) for pk in one["datasets"]]
        return sorted({pk for pk in (*own, *learnt) if pk})


class TrainingSet(MadeFrom, models.Model):
    """Rows (question, answer, mark, student, split) that never change.

    They lie in a file named `digest`, the SHA-256 of its canonical JSON lines; grading/training_rows.py
    reads it. `shares` are those of train, validation and test that were asked for. `facts`: {"questions":
    [{"key", "text", "full_mark", "marks": {"2": {"train": n, …}}}], "splits": {"train": n, …},
    "students": n, "warnings": [as Problem.as_data]}. `marks` says which marks of a campaign were taken.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    school_subject = models.CharField(_("school subject"), max_length=60, blank=True)
    digest = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField()
    question_count = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    split_by = models.CharField(max_length=10, choices=SplitBy.choices, default=SplitBy.STUDENT)
    shares = models.JSONField(default=list)
    seed = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=TrainingOrigin.choices)
    file_name = models.CharField(max_length=255, blank=True)
    dataset = models.ForeignKey(
        Dataset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    marks = models.CharField(max_length=12, choices=MarksTaken.choices, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["team", "digest"], name="training_set_once_a_team")
        ]

    def __str__(self) -> str:
        return self.name

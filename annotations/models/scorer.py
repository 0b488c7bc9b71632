"""Automatic scores as plain data. What makes them lives in `grading`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.dataset import Item
from annotations.models.team import Team


class Scorer(models.Model):
    """Anything automatic that scores items: a grader, a metric, an LLM judge, a column."""

    class Kind(models.TextChoices):
        COLUMN = "column", _("column of the file")
        METRIC = "metric", _("automatic metric")
        GRADER = "grader", _("grader")
        JUDGE = "judge", _("LLM judge")

    class Scale(models.TextChoices):
        MARK = "mark", _("marks of the question")
        SCORE = "score", _("a number of its own")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="scorers")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.COLUMN)
    scale = models.CharField(max_length=10, choices=Scale.choices, default=Scale.SCORE)
    is_higher_better = models.BooleanField(default=True)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="scorer_name_once_a_team")
        ]

    def __str__(self) -> str:
        return self.name


class AutomaticScore(models.Model):
    """Item × scorer × criterion; `criterion` is a criterion's key, or empty for the whole.

    `note` is the reason that the scorer gave, if it gives any.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="automatic_scores")
    scorer = models.ForeignKey(
        Scorer, on_delete=models.CASCADE, related_name="automatic_scores", db_index=False
    )  # one_automatic_score begins with it
    criterion = models.CharField(max_length=60, blank=True)
    value = models.FloatField()
    note = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorer", "item", "criterion"], name="one_automatic_score"
            )
        ]

"""Automatic metrics computed over all items of a dataset."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models import Dataset
from annotations.models.long_work import LongWork


class MetricRun(LongWork):
    """One job over a dataset.

    `metrics` are names of modules in grading/metrics. `prediction` and `reference` say where the
    two sides are: "text", "question.reference", "reference_mark", "metadata.<key>" or
    "scorer.<name>". Per-item values become AutomaticScores of a scorer named after the metric.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    metrics = models.JSONField(default=list)
    prediction = models.CharField(max_length=160)
    reference = models.CharField(max_length=160)
    options = models.JSONField(default=dict, blank=True)
    beat_at = models.DateTimeField(null=True)  # the worker's last sign of life
    done_before = models.PositiveIntegerField(default=0)  # by an earlier worker
    job_id = models.CharField(max_length=64, blank=True)  # by which the queue knows whether it lives
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]


class MetricResult(models.Model):
    """A metric in total for one candidate: a source, a scorer, or "" for the whole dataset.

    `is_nameless`: "" is not the whole but the source without a name, among others that have one.
    `value` is None where it is undefined, with the reason in `reason`; `detail` holds e.g. a
    confusion matrix.
    """

    run = models.ForeignKey(MetricRun, on_delete=models.CASCADE, related_name="results")
    candidate = models.CharField(max_length=120, blank=True)
    is_nameless = models.BooleanField(default=False)
    metric = models.CharField(max_length=60)
    value = models.FloatField(null=True)
    n = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "candidate", "is_nameless", "metric"], name="metric_once_a_candidate"
            )
        ]

    @property
    def is_whole(self) -> bool:
        """Over all items, whatever their source."""
        return not self.candidate and not self.is_nameless

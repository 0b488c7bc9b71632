"""A run of a generator: a model answers the questions of a dataset, and its answers become items."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotations.models import Dataset, Item, Question
from annotations.models.long_work import LongWork
from grading.models.endpoint import Endpoint, TokenCount
from grading.models.grader import ModelVersion
from grading.models.prompt_template import PromptTemplate


class GenerationRun(LongWork, TokenCount):
    """`samples` answers to every question, as items whose source is `source`.

    An endpoint answers, or a version of our own (with its own template, on the graders' worker); without
    either (it was deleted) the run cannot go on. `model` and the prices are those of the endpoint, or the
    name of the version, when the run was made. The seed of a sample is `seed` plus its number.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey(
        ModelVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    template = models.ForeignKey(PromptTemplate, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=80)
    source = models.CharField(max_length=120)
    samples = models.PositiveSmallIntegerField(default=1)
    temperature = models.FloatField(default=0.7)
    seed = models.PositiveIntegerField(default=1)
    max_tokens = models.PositiveIntegerField(default=1024)
    failed = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    done_before = models.PositiveIntegerField(default=0)
    job_id = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(endpoint__isnull=True) | Q(version__isnull=True),
                name="one_generator_a_run",
            )
        ]


class GeneratedAnswer(models.Model):
    """One sample of one question: the item it became, or the problem (a code of
    grading/backends/endpoint_errors.py). `is_cut`: the model was stopped at `max_tokens`."""

    run = models.ForeignKey(GenerationRun, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    sample = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="+")
    is_cut = models.BooleanField(default=False)
    problem = models.CharField(max_length=30, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "question", "sample"], name="one_generated_answer")
        ]

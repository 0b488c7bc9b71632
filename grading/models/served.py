"""What the service was asked, what it said, and what people say of that."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Item, Question
from grading.models.api_token import ApiToken
from grading.models.deployment import Deployment
from grading.models.grader import Grader, ModelVersion


class ServedRequest(models.Model):
    """One request. `version` marked it; `deployment` was in force.

    The same `idempotency_key` of a token is one request, whose body had the SHA-256 `body_digest`.
    `seconds` is what the caller waited for, without the network.
    """

    grader = models.ForeignKey(
        Grader, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # served_by_time begins with it
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(ModelVersion, on_delete=models.RESTRICT, related_name="+")
    token = models.ForeignKey(ApiToken, null=True, on_delete=models.SET_NULL, related_name="+")
    idempotency_key = models.CharField(max_length=200, blank=True)
    body_digest = models.CharField(max_length=64)
    seconds = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_request_a_key",
            )
        ]
        indexes = [models.Index(fields=["grader", "created_at"], name="served_by_time")]


class ServedAnswer(models.Model):
    """One answer of a request. Mark and confidence are empty where the version does not know the question.

    `probabilities`: [[mark, probability]]. `why` it needs a person, empty where it needs none.
    `groups`: {name: value}, what one compares marks by (class …).
    `audit_probability`: with which it was drawn for people to mark (1 where it needs them);
    `is_audited`: it was drawn although it needs nobody. `item` is there from the moment on at which
    people are to mark it.
    """

    class Why(models.TextChoices):
        LOW_CONFIDENCE = "low_confidence", _("the machine is not sure enough")
        UNKNOWN_QUESTION = "unknown_question", _("the machine has not learnt this question")

    request = models.ForeignKey(
        ServedRequest, on_delete=models.CASCADE, related_name="answers", db_index=False
    )  # served_answer_place begins with it
    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    position = models.PositiveIntegerField()
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    student = models.CharField(max_length=120, blank=True)
    groups = models.JSONField(default=dict, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    mark = models.FloatField(null=True)
    confidence = models.FloatField(null=True)
    probabilities = models.JSONField(default=list)
    why = models.CharField(max_length=20, choices=Why.choices, blank=True)
    is_audited = models.BooleanField(default=False)
    audit_probability = models.FloatField(default=0)
    item = models.OneToOneField(Item, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="served_answer_place")
        ]

    @property
    def needs_person(self) -> bool:
        return bool(self.why)


class Feedback(models.Model):
    """What whoever got the mark says of it. Kept with the answer; an appeal has people look at it."""

    class Kind(models.TextChoices):
        AGREE = "agree", _("agrees")
        APPEAL = "appeal", _("appeals")

    answer = models.ForeignKey(ServedAnswer, on_delete=models.CASCADE, related_name="feedback")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(blank=True)
    token = models.ForeignKey(ApiToken, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]

"""Generators in service: an endpoint or a version, with its prompt template, under a name of the API."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Team
from grading.models.endpoint import Endpoint
from grading.models.grader import ModelVersion
from grading.models.prompt_template import PromptTemplate


class ServedGenerator(models.Model):
    """In service under `name` until `ended_at`; another one of the name can follow. With neither an
    endpoint (it was deleted) nor a version nothing answers. A version stays as long as this names it,
    and has its own template.

    `tokens_in` and `tokens_out` count what was spent through the API.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.SlugField(_("name in the API"), max_length=60)
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey(
        ModelVersion, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    template = models.ForeignKey(PromptTemplate, on_delete=models.RESTRICT, related_name="+")
    temperature = models.FloatField(_("temperature"), default=0.7)
    max_tokens = models.PositiveIntegerField(_("tokens at most"), default=1024)
    requests = models.PositiveBigIntegerField(default=0)
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name"], condition=Q(ended_at__isnull=True), name="one_generator_a_name"
            ),
            models.CheckConstraint(
                condition=Q(endpoint__isnull=True) | Q(version__isnull=True),
                name="one_model_a_generator",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def model(self) -> str:
        """What answers, by its own name; "" where it was deleted."""
        return self.endpoint.model if self.endpoint else str(self.version or "")

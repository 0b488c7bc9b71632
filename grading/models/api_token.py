"""Tokens of the HTTP API: shown once, kept as a digest."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Team


class ApiToken(models.Model):
    """What a program of a person may do for a team. `digest` is the SHA-256 of the token, which is
    random enough to need no slow hash; `beginning` lets people tell their tokens apart."""

    class Scope(models.TextChoices):
        GRADE = "grade", _("mark answers")
        READ = "read", _("read marks of record")
        FEEDBACK = "feedback", _("agree or appeal")
        GENERATE = "generate", _("have text generated")
        IMPORT = "import", _("bring in items")
        RESULTS = "results", _("read verdicts, ratings and all marks of a campaign")
        VERDICT = "verdict", _("have verdicts computed")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    scopes = models.JSONField(_("may"), default=list)
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=12)
    per_minute = models.PositiveIntegerField(
        _("requests a minute at most"), default=120, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    @property
    def scope_words(self) -> list[str]:
        return [str(self.Scope(scope).label) for scope in self.scopes]

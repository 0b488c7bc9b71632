"""Prompt templates: versions of a text with places for what a row says, frozen once used."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Team
from grading.methods.prompt_text import render

FROZEN = _("This version of the template has been used and never changes; make a new version.")


class PromptTemplate(models.Model):
    """One version. `text` has places such as {input}; see grading/methods/prompt_text.py.

    `system` is what the model is told before the prompt; it has no places. Whoever uses a template
    calls `freeze` first, so that what was made with it can be told for ever.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    version = models.PositiveIntegerField(default=1)
    text = models.TextField(_("template"))
    system = models.TextField(_("instruction before it"), blank=True)
    is_frozen = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name", "version"], name="prompt_template_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def filled(self, values: dict[str, str]) -> str:
        """The prompt of one row. Raises grading.methods.prompt_text.UnknownPlace."""
        return render(self.text, values)

    def messages(self, values: dict[str, str]) -> list[dict[str, str]]:
        """The same as an endpoint is asked it. Raises UnknownPlace."""
        prompt = [{"role": "user", "content": self.filled(values)}]
        system = self.system.strip()
        return [{"role": "system", "content": system}, *prompt] if system else prompt

    def freeze(self) -> None:
        """From now on it cannot be changed."""
        PromptTemplate.objects.filter(pk=self.pk).update(is_frozen=True)
        self.is_frozen = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_frozen()
        return super().delete(*args, **kwargs)

    def _refuse_if_frozen(self) -> None:
        if self.pk and PromptTemplate.objects.filter(pk=self.pk, is_frozen=True).exists():
            raise ValidationError(FROZEN)

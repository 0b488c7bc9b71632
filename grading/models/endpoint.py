"""HTTP endpoints that speak OpenAI's chat protocol: vLLM, Ollama, a provider."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Team

MILLION = 1_000_000


class Endpoint(models.Model):
    """Where a model answers, and on which terms.

    The key lies in a file of its own named `key_file` (see grading/endpoint_keys.py), never in the
    database: neither a dump nor an export nor a page can give it away. `structure` is the strictest
    way of asking for JSON that the endpoint has been found to understand.
    """

    class Structure(models.TextChoices):
        SCHEMA = "schema", _("JSON by a schema")
        OBJECT = "object", _("JSON")
        TEXT = "text", _("plain text")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    base_url = models.CharField(_("address"), max_length=300)
    model = models.CharField(_("model"), max_length=80)
    key_file = models.CharField(max_length=40, blank=True)
    price_in = models.DecimalField(
        _("price of a million tokens read"), max_digits=10, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    price_out = models.DecimalField(
        _("price of a million tokens written"), max_digits=10, decimal_places=4, null=True,
        blank=True, validators=[MinValueValidator(0)],
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=8, blank=True, default="USD")
    requests_per_minute = models.PositiveIntegerField(
        _("requests a minute at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    timeout = models.PositiveIntegerField(
        _("seconds to wait for an answer"), default=120,
        validators=[MinValueValidator(1), MaxValueValidator(1800)],
    )  # fmt: skip
    parallel = models.PositiveSmallIntegerField(
        _("requests at the same time"), default=4,
        validators=[MinValueValidator(1), MaxValueValidator(64)],
    )  # fmt: skip
    structure = models.CharField(
        max_length=10, choices=Structure.choices, default=Structure.SCHEMA
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="endpoint_name_once_a_team")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_key(self) -> bool:
        return bool(self.key_file)


class TokenCount(models.Model):
    """What a run has read and written, at the prices of its beginning; None where no price was given."""

    requests = models.PositiveIntegerField(default=0)
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    price_in = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    price_out = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    currency = models.CharField(max_length=8, blank=True)

    class Meta:
        abstract = True

    @property
    def cost(self) -> Decimal | None:
        return cost_of(self.tokens_in, self.tokens_out, self.price_in, self.price_out)


def cost_of(
    tokens_in: int, tokens_out: int, price_in: Decimal | None, price_out: Decimal | None
) -> Decimal | None:
    """Tokens at prices a million; None where neither price is known."""
    if price_in is None and price_out is None:
        return None
    return (tokens_in * (price_in or Decimal(0)) + tokens_out * (price_out or Decimal(0))) / MILLION

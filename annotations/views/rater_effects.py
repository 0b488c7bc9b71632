"""The raters page of a campaign: severity, consistency, spread, halo, drift, bias by group."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations import access
from annotations.class_numbers import class_numbers
from annotations.models import Campaign
from annotations.models.rating_table import COMPOSITE, MARK, RatingTable, rating_table
from annotations.views.rater_classes import class_picture
from annotations.views.rater_effects_parts import rater_picture


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = access.get_campaign_or_404(request.user, slug)
    table = rating_table(campaign)
    choices = choices_of(campaign, table)
    chosen = chosen_key(request, choices)
    context = {
        "campaign": campaign,
        "choices": choices,
        "chosen": chosen,
        "picture": rater_picture(campaign, table, chosen) if len(table) else None,
        "classes": class_picture(class_numbers(table, chosen)) if len(table) else None,
    }
    return render(request, "annotations/rater_effects.html", context)


def chosen_key(request: HttpRequest, choices: dict[str, str]) -> str:
    """What was asked for, or the first choice."""
    asked = request.GET.get("criterion", "")
    return asked if asked in choices else next(iter(choices))


def choices_of(campaign: Campaign, table: RatingTable) -> dict[str, str]:
    """What a severity can be asked of: key → name, marks first in grading."""
    whole = {COMPOSITE: _("Composite")}
    if campaign.kind == Campaign.Kind.GRADING:
        whole = {MARK: _("Mark"), **whole}
    numbers = {key: column.name for key, column in table.criteria.items() if column.domain}
    return whole | numbers

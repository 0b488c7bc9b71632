"""The gold page of a campaign: training items, the qualification rule, raters and results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations import access
from annotations.actions import gold
from annotations.actions.gold_results import training_results
from annotations.actions.gold_training import current_training_items, is_ready
from annotations.forms.gold import PURPOSES, RuleForm
from annotations.models import Campaign


def gold_list(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = access.get_campaign_or_404(request.user, slug, access.JUDGE)
    return render(request, "annotations/gold_list.html", list_context(campaign, RuleForm.of(campaign)))


def list_context(campaign: Campaign, rule: RuleForm) -> dict[str, Any]:
    items = current_training_items(campaign)
    rows = [{"item": item, "is_ready": is_ready(item), "scores": _in_words(item)} for item in items]
    sections = [
        {"purpose": purpose, "title": title, "rows": [r for r in rows if r["item"].purpose == purpose]}
        for purpose, title in PURPOSES
    ]
    return {
        "campaign": campaign,
        "sections": sections,
        "unready": [row["item"] for row in rows if not row["is_ready"]],
        "has_items": bool(rows),
        "results": training_results(campaign, items) if items else [],
        "raters": campaign.raters.count(),
        "rule": rule,
        "is_closed": campaign.state == Campaign.State.CLOSED,
        "is_draft": campaign.state == Campaign.State.DRAFT,
    }


def _in_words(item: Any) -> list[tuple[str, float]]:
    names = {c.key: c.name for c in item.rubric.criteria.all()}
    return [(names[key], value) for key, value in item.gold.scores.items() if key in names]


@require_POST
def gold_rule(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = access.get_campaign_or_404(request.user, slug, access.JUDGE)
    form = RuleForm(request.POST)
    if not form.is_valid():
        context = list_context(campaign, form)
        return render(request, "annotations/gold_list.html", context, status=422)
    share, tolerance = form.cleaned_data["share"] / 100, form.cleaned_data["tolerance"]
    act = lambda: gold.set_qualification_rule(campaign=campaign, share=share, tolerance=tolerance)  # noqa: E731
    return _done(request, slug, act, _("The rule is saved. It holds for those who finish from now on."))


@require_POST
def gold_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    item = access.get_campaign_item_or_404(request.user, slug, pk, access.JUDGE)
    by = -1 if request.POST.get("do") == "up" else 1
    return _done(request, slug, lambda: gold.move_gold(campaign_item=item, by=by))


@require_POST
def gold_purpose(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    item = access.get_campaign_item_or_404(request.user, slug, pk, access.JUDGE)
    purpose = request.POST.get("purpose", "")
    return _done(request, slug, lambda: gold.change_purpose(campaign_item=item, purpose=purpose))


@require_POST
def gold_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    item = access.get_campaign_item_or_404(request.user, slug, pk, access.JUDGE)
    done = _("The item is out of the training set.")
    return _done(request, slug, lambda: gold.remove_gold(campaign_item=item), done)


@require_POST
def gold_let_rate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    place = access.get_place_or_404(request.user, slug, pk)
    done = _("%(name)s may rate live items now.") % {"name": place.user}
    return _done(request, slug, lambda: gold.let_rate(campaign_rater=place), done)


@require_POST
def gold_train_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    place = access.get_place_or_404(request.user, slug, pk)
    done = _("%(name)s goes through the training again.") % {"name": place.user}
    return _done(request, slug, lambda: gold.train_again(campaign_rater=place), done)


def _done(request: HttpRequest, slug: str, act: Callable[[], Any], text: str = "") -> HttpResponse:
    """Do it, or say why not; back to the page either way."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if text:
            messages.success(request, text)
    return redirect("gold-list", slug)

"""The gold page of a campaign: training items, the qualification rule, raters and results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations import access
from annotations.actions import gold
from annotations.forms.gold import RuleForm
from annotations.views.gold_parts import list_context


def gold_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    campaign = access.get_campaign_or_404(request.user, slug, access.JUDGE)
    context = list_context(request, campaign, RuleForm.of(campaign))
    for part in ("items", "raters"):
        if context[part].is_file:
            return context[part].as_file(f"{campaign.name} - {_('Training')}")
    return render(request, "annotations/gold_list.html", context)


@require_POST
def gold_rule(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = access.get_campaign_or_404(request.user, slug, access.JUDGE)
    form = RuleForm(request.POST)
    if not form.is_valid():
        context = list_context(request, campaign, form)
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

"""Choosing training items, and giving one its definitive scores."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations import access
from annotations.actions import gold
from annotations.actions.gold_training import TRAINING, current_training_items, is_ready
from annotations.forms.gold import AddForm, FilterForm, ScoresForm
from annotations.models import Campaign, CampaignItem, Item

PAGE = 25


def gold_add(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = access.get_campaign_or_404(request.user, slug, access.JUDGE)
    narrow = FilterForm(request.GET or None, campaign=campaign)
    offered = narrow.narrow(gold.candidates(campaign)).select_related("question")
    form = _add_form(request, offered)
    if request.method == "POST" and form.is_valid() and (rows := _add(campaign, form, offered)):
        number = len(rows)
        text = ngettext("%(number)d item added. Now give it its definitive scores.",
                        "%(number)d items added. Now give them their definitive scores.", number)  # fmt: skip
        messages.success(request, text % {"number": number})
        return redirect("gold-item", slug, rows[0].pk)
    page = Paginator(offered.order_by("position", "id"), PAGE).get_page(request.GET.get("page"))
    context = {"campaign": campaign, "narrow": narrow, "form": form, "page": page}
    chosen = set(request.POST.getlist("items")) | {request.GET.get("item")}
    return render(request, "annotations/gold_add.html", {**context, "chosen": chosen})


def _add_form(request: HttpRequest, offered: QuerySet[Item]) -> AddForm:
    is_random = request.POST.get("do") == "random"
    if request.method == "POST":
        return AddForm(request.POST, offered=offered, is_random=is_random)
    return AddForm(offered=offered, initial={"purpose": request.GET.get("purpose", "practice"), "n": 3})


def _add(campaign: Campaign, form: AddForm, offered: QuerySet[Item]) -> list[CampaignItem]:
    data = form.cleaned_data
    try:
        if form.is_random:
            return gold.add_random_gold(campaign=campaign, among=offered, n=data["n"], purpose=data["purpose"])
        return gold.add_gold(campaign=campaign, items=list(data["items"]), purpose=data["purpose"])
    except ValidationError as error:
        form.add_error("n" if form.is_random else None, error)
        return []


def gold_item(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    item, items = _training_item(request, slug, pk)
    form = _scores_form(request, item)
    if request.method == "POST" and form.is_valid() and _save(item, form):
        messages.success(request, _("The definitive scores are saved."))
        following = next((row.pk for row in items if row.pk != pk and not is_ready(row)), None)
        if request.POST.get("do") == "next" and following:
            return redirect("gold-item", slug, following)
        return redirect("gold-list", slug)
    context = {
        "campaign": item.campaign, "item": item, "form": form, "criteria": form.criteria,
        "scores": form.scores if form.is_bound else item.gold.scores,
        "images": item.item.images.all() if item.item.has_images else [],
        "place": [row.pk for row in items].index(pk) + 1, "count": len(items),
        "is_rated": item.ratings.exists(),
    }  # fmt: skip
    return render(request, "annotations/gold_item.html", context)


def _training_item(request: HttpRequest, slug: str, pk: int) -> tuple[CampaignItem, list[CampaignItem]]:
    stored = access.get_campaign_item_or_404(request.user, slug, pk, access.JUDGE)
    if stored.purpose not in TRAINING:
        raise Http404
    items = current_training_items(stored.campaign)
    return next(row for row in items if row.pk == pk), items


def _scores_form(request: HttpRequest, item: CampaignItem) -> ScoresForm:
    initial = {"explanation": item.gold.explanation}
    return ScoresForm(request.POST or None, rubric=item.rubric, initial=initial)


def _save(item: CampaignItem, form: ScoresForm) -> bool:
    try:
        gold.set_definitive_scores(
            campaign_item=item, scores=form.scores, explanation=form.cleaned_data["explanation"]
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True

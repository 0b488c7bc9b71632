"""One item: what was asked, what was answered, what is known about it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from annotations import access
from annotations.models import Item
from annotations.views.score_lists import score_lists


def detail(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    item = access.get_item_or_404(request.user, item_pk)
    if item.dataset_id != pk:
        raise Http404
    beside = Item.objects.filter(dataset_id=pk).only("pk", "key")
    context = {
        "item": item,
        "may_see_scores": access.may_see_scores(request.user, item.dataset),
        "question": item.question,
        "images": item.images.all(),
        "automatic_scores": score_lists(item),
        "before": beside.filter(position__lt=item.position).order_by("-position").first(),
        "after": beside.filter(position__gt=item.position).order_by("position").first(),
        "can_edit": access.has_role(request.user, item.dataset.team_id, access.BUILD),
    }
    return render(request, "annotations/item_detail.html", context)

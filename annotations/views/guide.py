"""The guides, for whoever has no repository beside the page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from annotations import guide_pages


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The guide for one's own work."""
    roles = request.user.memberships.values_list("role", flat=True)
    return redirect("guide", guide_pages.guide_for(list(roles)))


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    language = get_language() or ""
    try:
        shown = guide_pages.guide_page(name, language)
    except KeyError as error:
        raise Http404 from error
    guides = [guide_pages.guide_page(one, language) for one in guide_pages.GUIDES]
    chapters = [guide_pages.guide_page(one, language) for one in guide_pages.chapters()]
    context = {"shown": shown, "guides": guides, "chapters": chapters if name.startswith("engineers") else []}
    return render(request, "annotations/guide.html", context)


@require_safe
def image(request: HttpRequest, name: str) -> HttpResponse:
    try:
        path = guide_pages.image(name)
    except KeyError as error:
        raise Http404 from error
    return HttpResponse(path.read_bytes(), content_type="image/png")

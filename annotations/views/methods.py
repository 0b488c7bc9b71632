"""The methods page: what every number is, its formula, when to distrust it, and the source."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.method_notes import NOTE_SECTIONS


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "annotations/methods.html", {"sections": NOTE_SECTIONS})

"""The builder page of a draft and its live preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations import access
from annotations.actions import rubrics
from annotations.forms.rubric_builder import Builder
from annotations.forms.rubric_levels import parse_number
from annotations.models import Rubric
from annotations.templatetags.rubrics import formula_of

PUBLISHING = ("publish", "publish-anyway")
STORING = ("save", *PUBLISHING)


def rubric_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rubric = access.get_rubric_or_404(request.user, pk, access.LEAD)
    if rubric.is_published:
        messages.info(request, _("A published rubric never changes; make a new version."))
        return redirect("rubric-detail", pk)
    if request.method != "POST":
        builder = Builder.of(rubric)
        builder.gaps = rubrics.undescribed_levels(rubric) if "publish" in request.GET else []
        return _page(request, builder)
    builder, do = Builder.posted(rubric, request.POST), request.POST.get("do", "")
    if do in STORING:
        return _store(request, builder, do)
    builder.apply(do)
    return _page(request, builder, changed=True)


def _store(request: HttpRequest, builder: Builder, do: str) -> HttpResponse:
    if not builder.is_valid(for_publishing=do in PUBLISHING):
        return _page(request, builder, changed=True)
    try:
        rubric = rubrics.save_draft(
            rubric=builder.rubric, head=builder.head.head(), lines=builder.lines()
        )
        if do == "publish" and (gaps := rubrics.undescribed_levels(rubric)):
            builder.gaps = gaps
            return _page(request, builder)
        if do in PUBLISHING:
            rubrics.publish_rubric(rubric=rubric, by=request.user)
    except ValidationError as error:
        builder.problems = error.messages
        return _page(request, builder, changed=True)
    if do in PUBLISHING:
        messages.success(request, _("%(rubric)s is published and frozen.") % {"rubric": rubric})
        return redirect("rubric-detail", rubric.pk)
    now = timezone.localtime().strftime("%H:%M")
    messages.success(request, _("Saved as a draft at %(time)s.") % {"time": now})
    return redirect("rubric-edit", rubric.pk)


def _page(request: HttpRequest, builder: Builder, changed: bool = False) -> HttpResponse:
    is_fragment = request.htmx and not request.htmx.boosted
    template = "annotations/_rubric_builder.html" if is_fragment else "annotations/rubric_edit.html"
    context = {"builder": builder, "rubric": builder.rubric, "changed": changed, "is_fragment": is_fragment}
    return render(request, template, {**context, **preview_context(builder)})


def preview_context(builder: Builder) -> dict[str, Any]:
    """What the rater would see of what is typed; lines with mistakes are left out and counted."""
    checked = Builder(builder.rubric, builder.rows, builder.data)
    if builder.data is not None:
        checked.check()
        criteria = checked.as_criteria()
    else:
        criteria = list(builder.rubric.criteria.all())
    typed = builder.head["pass_percent"].value()
    percent = parse_number(str(typed)) if typed is not None else None
    shown = Rubric(kind=builder.kind, name=builder.rubric.name, guidelines=builder.head["guidelines"].value() or "")
    return {
        "formula": formula_of(builder.kind, None if percent is None else percent / 100, criteria),
        "criteria": criteria,
        "left_out": len(builder.rows) - len(criteria),
        "preview": shown,
    }


def rubric_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: a fragment of what is typed in the builder. GET: a page of what is stored."""
    rubric = access.get_rubric_or_404(request.user, pk)
    if request.method == "POST" and access.has_role(request.user, rubric.team_id, access.LEAD):
        context = {**preview_context(Builder.posted(rubric, request.POST)), "with_formula": True}
        return render(request, "annotations/_rubric_preview.html", context)
    context = {"rubric": rubric, **preview_context(Builder.of(rubric))}
    return render(request, "annotations/rubric_preview.html", context)

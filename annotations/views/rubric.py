"""Rubrics: list, new, detail, and what is done to a stored one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations import access
from annotations.actions import rubrics
from annotations.actions.rubric_templates import TEMPLATES
from annotations.forms.rubric import RubricNewForm
from annotations.models import Rubric


def rubric_list(request: HttpRequest) -> HttpResponse:
    if not access.teams_where(request.user, access.READ).exists():
        raise PermissionDenied
    rows = list(access.rubrics_where(request.user).order_by("team__name", "name", "-version"))
    used = rubrics.campaigns_using([rubric.pk for rubric in rows])
    families = [
        [{"rubric": rubric, "campaigns": used.get(rubric.pk, [])} for rubric in versions]
        for _key, versions in groupby(rows, key=lambda rubric: (rubric.team_id, rubric.name))
    ]
    can_build = access.teams_where(request.user, access.LEAD).exists()
    context = {"families": families, "can_build": can_build, "has_teams": len({r.team_id for r in rows}) > 1}
    return render(request, "annotations/rubric_list.html", context)


def rubric_new(request: HttpRequest) -> HttpResponse:
    teams = access.teams_where(request.user, access.LEAD).order_by("name")
    if not teams:
        raise PermissionDenied
    form = RubricNewForm(request.POST or None, teams=teams)
    chosen = TEMPLATES.get(request.POST.get("template", "reply"))
    if request.method == "POST" and form.is_valid() and chosen:
        try:
            rubric = rubrics.create_rubric(
                **form.cleaned_data, by=request.user, head=chosen.head(), lines=chosen.fields()
            )
            return redirect("rubric-edit", rubric.pk)
        except ValidationError as error:
            form.add_error("name", error)
    context = {"form": form, "templates": TEMPLATES.values(), "chosen": chosen}
    return render(request, "annotations/rubric_new.html", context)


def rubric_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rubric = access.get_rubric_or_404(request.user, pk)
    return render(request, "annotations/rubric_detail.html", detail_context(request, rubric))


def detail_context(request: HttpRequest, rubric: Rubric) -> dict[str, Any]:
    versions = access.rubrics_where(request.user).filter(team=rubric.team, name=rubric.name)
    return {
        "rubric": rubric,
        "criteria": rubric.criteria.all(),
        "versions": versions.order_by("-version"),
        "campaigns": rubrics.campaigns_using([rubric.pk]).get(rubric.pk, []),
        "can_build": access.has_role(request.user, rubric.team_id, access.LEAD),
    }


@require_POST
def rubric_publish(request: HttpRequest, pk: int) -> HttpResponse:
    rubric = access.get_rubric_or_404(request.user, pk, access.LEAD)
    if not rubric.is_published and rubrics.undescribed_levels(rubric):
        return redirect(reverse("rubric-edit", args=[pk]) + "?publish=")
    try:
        rubrics.publish_rubric(rubric=rubric, by=request.user)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("rubric-edit", pk)
    messages.success(request, _("%(rubric)s is published and frozen.") % {"rubric": rubric})
    return redirect("rubric-detail", pk)


@require_POST
def rubric_new_version(request: HttpRequest, pk: int) -> HttpResponse:
    rubric = access.get_rubric_or_404(request.user, pk, access.LEAD)
    return redirect("rubric-edit", rubrics.new_version(rubric=rubric, by=request.user).pk)


@require_POST
def rubric_delete(request: HttpRequest, pk: int) -> HttpResponse:
    rubric = access.get_rubric_or_404(request.user, pk, access.LEAD)
    try:
        rubrics.delete_draft(rubric=rubric)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("rubric-detail", pk)
    messages.success(request, _("The draft %(rubric)s is deleted.") % {"rubric": rubric})
    return redirect("rubric-list")

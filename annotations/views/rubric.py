"""Rubrics: list, new, detail, and what is done to a stored one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from annotations import access
from annotations.actions import rubrics
from annotations.actions.rubric_templates import TEMPLATES
from annotations.forms.rubric import RubricNewForm
from annotations.lists import Column, Filter, equal, holding, listing_of
from annotations.models import Rubric

COLUMNS = [
    Column("name", gettext_lazy("Name"), lambda row: row["rubric"].name, ("name", "team__name")),
    Column("version", gettext_lazy("Version"), lambda row: row["rubric"].version, ("version",), True),
    Column("kind", gettext_lazy("Kind"), lambda row: row["rubric"].get_kind_display(), ("kind",)),
    Column("state", gettext_lazy("State"), lambda row: row["rubric"].get_state_display(), ("state",)),
    Column("used", gettext_lazy("Used by"), lambda row: ", ".join(c.name for c in row["campaigns"])),
    Column("team", gettext_lazy("Team"), lambda row: row["rubric"].team.name, ("team__name",)),
]
FILTERS = [
    Filter("q", gettext_lazy("Search"), holding("name")),
    Filter("kind", gettext_lazy("Kind"), equal("kind"), Rubric.Kind.choices),
    Filter("state", gettext_lazy("State"), equal("state"), Rubric.State.choices),
]


def rubric_list(request: HttpRequest) -> HttpResponseBase:
    if not access.teams_where(request.user, access.READ).exists():
        raise PermissionDenied
    rows = access.rubrics_where(request.user).order_by("name", "team__name", "-version")
    listing = listing_of(request, rows, COLUMNS, filters=FILTERS, usual="name", dress=_with_campaigns)
    if listing.is_file:
        return listing.as_file("rubrics")
    can_build = access.teams_where(request.user, access.LEAD).exists()
    context = {"listing": listing, "can_build": can_build}
    return render(request, "annotations/rubric_list.html", context)


def _with_campaigns(rows: list[Rubric]) -> list[dict[str, Any]]:
    used = rubrics.campaigns_using([rubric.pk for rubric in rows])
    return [{"rubric": rubric, "campaigns": used.get(rubric.pk, [])} for rubric in rows]


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

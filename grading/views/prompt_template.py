"""Prompt templates: list, new, change or next version, preview, delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from annotations.access import BUILD, READ, datasets_where, has_role, teams_where
from annotations.lists import Column, Filter, holding, listing_of, minute
from grading import access_endpoints as access
from grading.actions.prompt_templates import Preview, previews, save_template
from grading.forms.generation import PromptTemplateForm
from grading.models import PromptTemplate

PREVIEWED = 3
COLUMNS = [
    Column("name", gettext_lazy("Name"), lambda row: row.name, ("name",)),
    Column("version", gettext_lazy("Version"), lambda row: row.version, ("version",), True),
    Column("text", gettext_lazy("Template"), lambda row: row.text),
    Column("used", gettext_lazy("Used"), lambda row: _("yes") if row.is_frozen else "", ("is_frozen",)),
    Column("made", gettext_lazy("Made"), lambda row: minute(row.created_at), ("created_at",)),
]


@require_safe
def template_list(request: HttpRequest) -> HttpResponseBase:
    access.require_reader(request.user)
    rows = access.templates_where(request.user).order_by("name", "-version", "pk")
    search = [Filter("q", _("Search"), holding("name", "text"))]
    listing = listing_of(request, rows, COLUMNS, filters=search)
    if listing.is_file:
        return listing.as_file("prompt-templates")
    can_build = teams_where(request.user, BUILD).exists()
    context = {"listing": listing, "can_build": can_build}
    return render(request, "grading/prompt_template_list.html", context)


def create(request: HttpRequest) -> HttpResponse:
    access.require_builder(request.user)
    form = PromptTemplateForm(request.POST or None, **_choices(request))
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        data = form.cleaned_data
        template = save_template(
            team=data["team"], name=data["name"], text=data["text"], system=data["system"],
            by=request.user, changed=None,
        )  # fmt: skip
        return _stored(request, template)
    return render(request, "grading/prompt_template_edit.html", _context(form, None))


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Read by all who read in the team; changed by those who build."""
    roles = BUILD if request.method == "POST" else READ
    template = access.get_template_or_404(request.user, pk, roles)
    form = PromptTemplateForm(request.POST or None, template=template, **_choices(request))
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        data = form.cleaned_data
        stored = save_template(
            team=template.team, name=template.name, text=data["text"], system=data["system"],
            by=request.user, changed=template,
        )  # fmt: skip
        return _stored(request, stored)
    can_build = has_role(request.user, template.team_id, BUILD)
    context = _context(form, template) | {"can_build": can_build}
    return render(request, "grading/prompt_template_edit.html", context)


def _stored(request: HttpRequest, template: PromptTemplate) -> HttpResponse:
    messages.success(request, _("%(name)s has been saved.") % {"name": template})
    return redirect("prompt-template-edit", template.pk)


def _choices(request: HttpRequest) -> dict[str, Any]:
    return {
        "teams": teams_where(request.user, BUILD).order_by("name"),
        "datasets": datasets_where(request.user, BUILD).order_by("name"),
    }


def _context(form: PromptTemplateForm, template: PromptTemplate | None) -> dict[str, Any]:
    return {"form": form, "template": template, "can_build": True, "previews": _previews(form)}


def _previews(form: PromptTemplateForm) -> list[Preview]:
    """Of what has been typed, on the first questions of the dataset that was chosen."""
    if not form.is_bound or not form.is_valid() or not form.cleaned_data["dataset"]:
        return []
    questions = form.cleaned_data["dataset"].questions.order_by("position", "pk")[:PREVIEWED]
    return previews(form.cleaned_data["text"], questions)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    template = access.get_template_or_404(request.user, pk, BUILD)
    try:
        template.delete()
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("prompt-template-edit", pk)
    messages.success(request, _("%(name)s has been deleted.") % {"name": template})
    return redirect("prompt-template-list")

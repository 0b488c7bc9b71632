"""Prompt templates: list, new, change or next version, preview, delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from annotations.access import BUILD, READ, datasets_where, has_role, teams_where
from annotations.lists import Column, Filter, holding, listing_of, minute
from grading import access_endpoints as access
from grading.access import may_see_rows, training_sets_where
from grading.actions.prompt_templates import save_template
from grading.forms.generation import PromptTemplateForm
from grading.models import PromptTemplate
from grading.prompt_preview import Preview, of_answer, of_question

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
    return render(request, "grading/prompt_template_edit.html", _context(request, form, None))


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
    context = _context(request, form, template) | {"can_build": can_build}
    return render(request, "grading/prompt_template_edit.html", context)


def _stored(request: HttpRequest, template: PromptTemplate) -> HttpResponse:
    messages.success(request, _("%(name)s has been saved.") % {"name": template})
    return redirect("prompt-template-edit", template.pk)


def _choices(request: HttpRequest) -> dict[str, Any]:
    return {
        "teams": teams_where(request.user, BUILD).order_by("name"),
        "datasets": datasets_where(request.user, BUILD).order_by("name"),
        "training_sets": training_sets_where(request.user, BUILD).order_by("name", "-pk"),
    }


def _context(
    request: HttpRequest, form: PromptTemplateForm, template: PromptTemplate | None
) -> dict[str, Any]:
    preview = _preview(request, form) if "preview" in request.POST and form.is_valid() else None
    return {"form": form, "template": template, "can_build": True, "preview": preview}


def _preview(request: HttpRequest, form: PromptTemplateForm) -> Preview | None:
    """Of what has been typed, on one row of what was chosen."""
    data, asked = form.cleaned_data, request.POST["preview"]
    place = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    if chosen := data["training_set"]:
        if not may_see_rows(request.user, chosen):
            raise PermissionDenied
        try:
            return of_answer(data["text"], chosen, place)
        except OSError:
            form.add_error("training_set", _("The file with its answers is lost."))
            return None
    return of_question(data["text"], data["dataset"], place) if data["dataset"] else None


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

"""Generators in service: what programs can ask for under a name."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import BUILD, teams_where
from grading import access_endpoints
from grading.access_graders import generating_versions_where
from grading.access_service import generators_where, get_generator_or_404
from grading.actions.serve_generate import end_generator, serve_generator
from grading.forms.served_generator import ServedGeneratorForm


@require_http_methods(["GET", "POST"])
def generator_list(request: HttpRequest) -> HttpResponse:
    access_endpoints.require_reader(request.user)
    endpoints = access_endpoints.endpoints_where(request.user, BUILD)
    templates = access_endpoints.templates_where(request.user, BUILD)
    versions = generating_versions_where(request.user, BUILD)
    can_serve = bool(versions or (endpoints and templates))
    form = ServedGeneratorForm(
        request.POST or None, endpoints=endpoints, templates=templates, versions=versions,
        initial={"version": request.GET.get("version")},
    )  # fmt: skip
    if request.method == "POST" and can_serve and form.is_valid() and _served(request, form):
        return redirect("served-generator-list")
    context = {
        "rows": generators_where(request.user).filter(ended_at=None),
        "form": form if can_serve else None,
        "mine": set(teams_where(request.user, BUILD).values_list("pk", flat=True)),
    }
    return render(request, "grading/served_generator_list.html", context)


def _served(request: HttpRequest, form: ServedGeneratorForm) -> bool:
    generator = form.generator()
    generator.created_by = request.user
    try:
        serve_generator(generator=generator)
    except ValidationError as problem:
        form.add_error(None, problem)
        return False
    messages.success(request, _("“%(name)s” is in service.") % {"name": generator.name})
    return True


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    generator = get_generator_or_404(request.user, pk)
    end_generator(generator=generator)
    messages.success(request, _("“%(name)s” is out of service.") % {"name": generator.name})
    return redirect("served-generator-list")

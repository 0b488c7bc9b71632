"""Endpoints: list, add, change, try, delete."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from annotations.access import BUILD, teams_where
from annotations.lists import Column, Filter, holding, listing_of
from grading import access_endpoints as access
from grading.actions.endpoint import delete_endpoint, save_endpoint, try_endpoint
from grading.endpoint_words import problem_text
from grading.forms.endpoint import EndpointForm
from grading.models import Endpoint

COLUMNS = [
    Column("name", gettext_lazy("Name"), lambda row: row.name, ("name",)),
    Column("model", gettext_lazy("Model"), lambda row: row.model, ("model",)),
    Column("address", gettext_lazy("Address"), lambda row: row.base_url, ("base_url",)),
    Column("team", gettext_lazy("Team"), lambda row: row.team.name, ("team__name",)),
]


@require_safe
def endpoint_list(request: HttpRequest) -> HttpResponseBase:
    access.require_reader(request.user)
    rows = access.endpoints_where(request.user).order_by("name", "pk")
    search = [Filter("q", _("Search"), holding("name", "model", "base_url"))]
    listing = listing_of(request, rows, COLUMNS, filters=search, usual="name")
    if listing.is_file:
        return listing.as_file("endpoints")
    mine = set(teams_where(request.user, BUILD).values_list("pk", flat=True))
    return render(request, "grading/endpoint_list.html", {"listing": listing, "mine": mine})


def create(request: HttpRequest) -> HttpResponse:
    teams = teams_where(request.user, BUILD).order_by("name")
    if not teams:
        raise PermissionDenied
    form = EndpointForm(request.POST or None, teams=teams)
    if request.method == "POST" and form.is_valid():
        endpoint = form.save(commit=False)
        endpoint.created_by = request.user
        return _store(request, endpoint, form)
    return render(request, "grading/endpoint_edit.html", {"form": form})


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = access.get_endpoint_or_404(request.user, pk)
    form = EndpointForm(request.POST or None, instance=endpoint)
    if request.method == "POST" and form.is_valid():
        return _store(request, form.save(commit=False), form)
    endpoint = access.get_endpoint_or_404(request.user, pk)  # without what was typed
    return render(request, "grading/endpoint_edit.html", {"form": form, "endpoint": endpoint})


def _store(request: HttpRequest, endpoint: Endpoint, form: EndpointForm) -> HttpResponse:
    save_endpoint(endpoint=endpoint, key=form.key_to_store())
    messages.success(request, _("“%(name)s” has been saved. Try it now.") % {"name": endpoint.name})
    return redirect("endpoint-edit", endpoint.pk)


@require_POST
def try_it(request: HttpRequest, pk: int) -> HttpResponse:
    """One small request; the page says what came of it."""
    endpoint = access.get_endpoint_or_404(request.user, pk)
    trial = try_endpoint(endpoint)
    problem = problem_text(trial.error.code, trial.error.detail) if trial.error else ""
    context = {
        "form": EndpointForm(instance=endpoint), "endpoint": endpoint, "trial": trial, "problem": problem,
    }  # fmt: skip
    return render(request, "grading/endpoint_edit.html", context)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = access.get_endpoint_or_404(request.user, pk)
    delete_endpoint(endpoint=endpoint)
    messages.success(request, _("“%(name)s” and its key have been deleted.") % {"name": endpoint.name})
    return redirect("endpoint-list")

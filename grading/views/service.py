"""A grader in service: what is in force and why, the history, deploying, rolling back, retiring."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import BUILD, has_role
from grading.access_graders import get_grader_or_404
from grading.actions.deploy import deploy, earlier_deployment, passing_verdict, retire, roll_back
from grading.forms.deploy import DeployForm, first_terms
from grading.models import Grader
from grading.service_page import service_facts


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk)
    return render(request, "grading/service.html", _context(request, grader))


@require_http_methods(["GET", "POST"])
def put_in_service(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk, BUILD)
    number = request.GET.get("version", "")
    rows = grader.versions.filter(trained_at__isnull=False, retired_at=None).select_related("scorer")
    version = (rows.filter(number=number).first() if number.isdecimal() else None) or rows.first()
    form = DeployForm(request.POST or None, grader=grader, initial=first_terms(grader, version))
    if request.method == "POST" and form.is_valid() and _deployed(request, form):
        return redirect("grader-service", grader.pk)
    context = {"grader": grader, "form": form, "versions": [(one, passing_verdict(one)) for one in rows]}
    return render(request, "grading/service_deploy.html", context)


def _deployed(request: HttpRequest, form: DeployForm) -> bool:
    version = form.cleaned_data["version"]
    try:
        deploy(version=version, by=request.user, terms=form.terms(), raters=form.people())
    except ValidationError as problem:
        form.add_error(None, problem)
        return False
    messages.success(request, _("%(version)s is in service.") % {"version": version})
    return True


@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk, BUILD)
    try:
        made = roll_back(grader=grader, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("%(version)s is in service again.") % {"version": made.version})
    return redirect("grader-service", grader.pk)


@require_POST
def out(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk, BUILD)
    retire(grader=grader, by=request.user)
    messages.success(request, _("No version is in service now."))
    return redirect("grader-service", grader.pk)


def _context(request: HttpRequest, grader: Grader) -> dict[str, object]:
    related = ("version__grader", "verdict__campaign", "created_by", "ended_by", "restores", "queue")
    history = list(grader.deployments.select_related(*related)[:50])
    current = next((row for row in history if row.is_active), None)
    return {
        "grader": grader,
        "current": current,
        "history": history,
        "before": earlier_deployment(grader) if history else None,
        "facts": service_facts(grader, current),
        "can_build": has_role(request.user, grader.team_id, BUILD),
    }

"""A grader in service: what is in force and why, the history, deploying, rolling back, retiring."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import BUILD, LEAD, has_role
from grading.access_graders import get_grader_or_404
from grading.actions.deploy import deploy, earlier_deployment, retire, roll_back
from grading.deploy_page import choices
from grading.forms.deploy import TARGET, DeployForm, TargetForm, first_terms
from grading.forms.keep import KeepForm
from grading.models import Grader
from grading.service_page import service_facts


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk)
    return render(request, "grading/service.html", _context(request, grader))


@require_http_methods(["GET", "POST"])
def put_in_service(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk, BUILD)
    rows = grader.versions.marking().usable()
    is_asked = "wrong" in request.GET
    asking = TargetForm(request.GET if is_asked else None, initial={"wrong": TARGET})
    offered = choices(grader, list(rows.select_related("grader", "scorer")), asking.target())
    number = request.GET.get("version", "")
    chosen = next((one for one in offered if str(one.version.number) == number), None)
    first = first_terms(grader, chosen or next(iter(offered), None), is_asked)
    form = DeployForm(request.POST or None, grader=grader, initial=first)
    if request.method == "POST" and form.is_valid() and _deployed(request, form):
        return redirect("grader-service", grader.pk)
    chosen_version = first.get("version")
    offered.sort(key=lambda one: one.version != chosen_version)
    context = {"grader": grader, "form": form, "choices": offered, "chosen": chosen_version, "asking": asking}
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
    said = request.POST.get("instead_of", "")
    seen = int(said) if said.isdecimal() and len(said) < 12 else None
    try:
        made = roll_back(grader=grader, by=request.user, instead_of=seen)
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


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """What is deleted is gone, so the lead says when."""
    grader = get_grader_or_404(request.user, pk, LEAD)
    form = KeepForm(request.POST, instance=grader)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved. What is older goes within the hour."))
    else:
        messages.error(request, " ".join(form.errors["keep_days"]))
    return redirect("grader-service", grader.pk)


def _context(request: HttpRequest, grader: Grader) -> dict[str, object]:
    related = ("version__grader", "version__training_set", "verdict__campaign", "created_by", "ended_by", "restores", "queue")
    history = list(grader.deployments.select_related(*related)[:50])
    current = next((row for row in history if row.is_active), None)
    return {
        "grader": grader,
        "current": current,
        "history": history,
        "before": earlier_deployment(grader) if history else None,
        "facts": service_facts(grader, current),
        "can_build": has_role(request.user, grader.team_id, BUILD),
        "keep_form": KeepForm(instance=grader) if has_role(request.user, grader.team_id, LEAD) else None,
    }

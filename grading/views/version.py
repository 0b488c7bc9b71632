"""One version: its training while it lasts, what it is worth, where it comes from, what it has marked."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotations.access import BUILD, get_dataset_or_404, has_role
from annotations.models import Dataset
from config.queue import GRADERS, QueueDown, enqueue
from grading import version_answers, version_page
from grading.access_graders import (
    get_fine_tuning_or_404,
    get_grading_run_or_404,
    get_version_or_404,
)
from grading.actions import run_life
from grading.actions.grading_run import start_grading_run
from grading.actions.version_life import set_retired
from grading.model_card import model_card
from grading.models import FineTuning, GradingRun, ModelVersion
from grading.version_robustness import robustness_table
from grading.version_stage import has_failed, proof_of, stages_of
from grading.views.grader import send

GRADE = "grading.grader_jobs.grade"


@login_required
@require_GET
def detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    version = get_version_or_404(request.user, pk, number)
    context = _standing(request, version)
    if version.trained_at is not None:
        context |= _marks(version) if version.gives_marks else _answers(version)
        context["training"] = version_page.training_facts(version)
        context["lineage"] = version_page.lineage_facts(version)
    return render(request, "grading/version_detail.html", context)


def _marks(version: ModelVersion) -> dict[str, object]:
    return {
        "held_out": version_page.held_out_table(version),
        "questions": version_page.question_table(version),
        "robustness": robustness_table(version),
        "runs": version.runs.select_related("dataset")[:20],
        "datasets": Dataset.objects.filter(team=version.grader.team_id).order_by("-pk"),
        "verdict": proof_of(version),
    }


def _answers(version: ModelVersion) -> dict[str, object]:
    return {
        "answers": version_answers.answers_table(version),
        "examples": version_answers.written_examples(version),
    }


@login_required
@require_GET
def progress(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The part of the page that changes; when the training has ended the whole page comes anew."""
    version = get_version_or_404(request.user, pk, number)
    context = _standing(request, version)
    response = render(request, "grading/_fine_tuning.html", context)
    if not context["run"].is_active:
        response["HX-Refresh"] = "true"
    return response


def _standing(request: HttpRequest, version: ModelVersion) -> dict[str, object]:
    run = FineTuning.objects.filter(version=version).first()
    return {
        "version": version,
        "grader": version.grader,
        "stage": stages_of([version])[version.pk],
        "run": run,
        "curves": version_page.curves(run) if run else [],
        "settings": version_page.settings_facts(version),
        "has_failed": has_failed(version),
        "can_resume": bool(run) and run_life.is_stuck(run),
        "can_build": has_role(request.user, version.grader.team_id, BUILD),
    }


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    run_life.cancel_run(get_fine_tuning_or_404(request.user, pk, number, BUILD))
    return redirect("version-detail", pk, number)


@login_required
@require_POST
def resume(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    run = get_fine_tuning_or_404(request.user, pk, number, BUILD)
    if run_life.resume_run(run):
        send(request, run)
    else:
        messages.info(request, _("This training is at work already."))
    return redirect("version-detail", pk, number)


@login_required
@require_POST
def retire(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Retire, or bring back with `retired=0`: which one is meant is said, so that two clicks are one."""
    version = get_version_or_404(request.user, pk, number, BUILD)
    try:
        set_retired(version=version, is_retired=request.POST.get("retired") != "0")
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("version-detail", pk, number)


@login_required
@require_GET
def card(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    version = get_version_or_404(request.user, pk, number)
    if version.trained_at is None:
        raise Http404
    response = HttpResponse(model_card(version), content_type="text/markdown; charset=utf-8")
    name = quote(f"{version}.md")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@login_required
@require_POST
def grade(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Let the version mark a dataset."""
    version = get_version_or_404(request.user, pk, number, BUILD)
    said = request.POST.get("dataset", "")
    pk_said = int(said) if said.isdecimal() and len(said) < 12 else 0
    dataset = get_dataset_or_404(request.user, pk_said, BUILD)
    try:
        run = start_grading_run(version=version, dataset=dataset, user=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("version-detail", pk, number)
    return _send(request, run)


def _send(request: HttpRequest, run: GradingRun) -> HttpResponse:
    try:
        enqueue(GRADE, run.pk, queue=GRADERS)
    except QueueDown:
        told = _("The queue cannot be reached. The run waits; send it again when it is back.")
        messages.error(request, told)
    return redirect("grading-run", run.pk)


@login_required
@require_POST
def run_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run_life.cancel_run(get_grading_run_or_404(request.user, pk, BUILD))
    return redirect("grading-run", pk)


@login_required
@require_POST
def run_resume(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_grading_run_or_404(request.user, pk, BUILD)
    if run_life.resume_run(run):
        return _send(request, run)
    messages.info(request, _("This run is at work already."))
    return redirect("grading-run", pk)

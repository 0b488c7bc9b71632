"""Graders: the list, one with its versions, versions compared, training a new one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annotations.access import BUILD, READ, has_role, teams_where
from config.queue import GRADERS, QueueDown, enqueue
from grading import version_compare
from grading.access import training_sets_where
from grading.access_endpoints import require_reader, templates_where
from grading.access_graders import get_grader_or_404, graders_where
from grading.actions.fine_tune import start_fine_tuning
from grading.forms.fine_tune import FineTuneForm
from grading.grader_rows import grader_rows, staged
from grading.models import FineTuning, ModelVersion
from grading.version_interval_words import shared_note
from grading.version_intervals import intervals_of
from grading.version_page import kind_words
from grading.version_stage import has_failed

FINE_TUNE = "grading.grader_jobs.fine_tune"
TICKED = 3
"""So many of the newest versions are compared where nobody chooses others."""


@login_required
@require_GET
def grader_list(request: HttpRequest) -> HttpResponse:
    require_reader(request.user)
    rows = grader_rows(graders_where(request.user).order_by("school_subject"))
    context = {
        "rows": rows,
        "interval_note": shared_note([row.intervals for row in rows if row.has_figures]),
        "has_teams": teams_where(request.user, READ).count() > 1,
        "can_build": teams_where(request.user, BUILD).exists(),
        "has_sets": training_sets_where(request.user, BUILD).exists(),
    }
    return render(request, "grading/grader_list.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk)
    versions = staged(grader.versions.all())
    failed = [one for one in versions if has_failed(one)]
    comparable = [one for one in versions if one.trained_at and one.gives_marks]
    for version in versions:
        version.kind_words = kind_words(version)
        version.intervals = intervals_of(version)
    context = {
        "grader": grader,
        "versions": [one for one in versions if one not in failed and not one.retired_at],
        "retired": [one for one in versions if one.retired_at],
        "failed": failed,
        "comparable": comparable,
        "ticked": [one for one in comparable if not one.retired_at][:TICKED],
        "interval_note": shared_note([one.intervals.get("this") for one in comparable]),
        "like": next((one for one in versions if one.trained_at), versions[0] if versions else None),
        "can_build": has_role(request.user, grader.team_id, BUILD),
    }
    return render(request, "grading/grader_detail.html", context)


@login_required
def train(request: HttpRequest) -> HttpResponse:
    """Ask how, then start."""
    sets = training_sets_where(request.user, BUILD)
    if not sets.exists():
        messages.info(request, _("A grader learns from a training set: make one first."))
        return redirect("training-create")
    templates = templates_where(request.user, BUILD)
    initial = _initial(request, sets)
    form = FineTuneForm(request.POST or None, sets=sets, templates=templates, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _begin(request, form)
    return render(request, "grading/fine_tune.html", {"form": form})


def _initial(request: HttpRequest, sets) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """From ?training_set=, and from ?version= what an earlier version was trained with."""
    chosen = sets.filter(pk=_number(request, "training_set")).first()
    rows = ModelVersion.objects.filter(training_set__in=sets, pk=_number(request, "version"))
    before = rows.select_related("grader", "training_set").first()
    if before is not None:
        known = dict(before.hyper_parameters)
        known["lora_targets"] = ",".join(known.get("lora_targets", []))
        first = {"training_set": before.training_set, "school_subject": before.grader.school_subject}
        return {**known, **first, "kind": before.kind, "template": before.template_id}
    chosen = chosen or sets.order_by("-pk").first()
    return {"training_set": chosen, "school_subject": chosen.school_subject or chosen.name[:60]}


def _number(request: HttpRequest, name: str) -> int:
    said = request.GET.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 12 else 0


def _begin(request: HttpRequest, form: FineTuneForm) -> HttpResponse:
    data = form.cleaned_data
    run = start_fine_tuning(
        training_set=data["training_set"],
        school_subject=data["school_subject"].strip(),
        kind=data["kind"],
        hyper_parameters=form.settings_dict,
        user=request.user,
        note=data["note"],
        template=data["template"] if data["kind"] == ModelVersion.Kind.GENERATOR else None,
    )
    send(request, run)
    return redirect("version-detail", run.version.grader_id, run.version.number)


def send(request: HttpRequest, run: FineTuning) -> None:
    try:
        enqueue(FINE_TUNE, run.pk, queue=GRADERS)
    except QueueDown:
        told = _("The queue cannot be reached. The training waits; send it again when it is back.")
        messages.error(request, told)


@login_required
@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Versions of this grader by ?version=, of the team's others by ?other=."""
    grader = get_grader_or_404(request.user, pk)
    mine = Q(grader=grader, number__in=_numbers(request, "version"))
    of_team = ModelVersion.objects.filter(grader__team=grader.team_id).exclude(trained_at=None)
    of_team = of_team.select_related("grader", "training_set", "template")
    rows = of_team.order_by("grader__school_subject", "number")
    asked = rows.filter(mine | Q(pk__in=_numbers(request, "other")))
    chosen = list(asked.marking()[: version_compare.MOST])
    others = rows.marking().exclude(grader=grader)
    context = {"grader": grader, "chosen": chosen, "others": others, "without_marks": asked.writing()}
    if len(chosen) > 1:
        context |= {
            "table": version_compare.ablation_table(chosen),
            "figure": version_compare.profile(chosen),
            "tests": version_compare.tests_of(chosen),
        }
    return render(request, "grading/version_compare.html", context)


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(n) for n in request.GET.getlist(name) if n.isdecimal() and len(n) < 9]

"""Where a scorer's marks differ from people's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.access import get_dataset_or_404, may_see_scores
from annotations.models import Dataset
from grading.error_data import marked_answers, references_of, scorers_with_marks
from grading.forms.errors import ErrorsForm
from grading.methods import error_analysis as analysis
from grading.reports import csv
from grading.reports.builders import BUILDERS
from grading.reports.error_tables import answers_table, confusion_blocks, kind_figures, worst_table
from grading.views.report import attachment


@login_required
@require_GET
def page(request: HttpRequest, dataset_id: int) -> HttpResponse:
    dataset = get_dataset_or_404(request.user, dataset_id)
    if not may_see_scores(request.user, dataset):
        raise PermissionDenied
    scorers, references = scorers_with_marks(dataset), references_of(dataset)
    context: dict[str, Any] = {"dataset": dataset, "scorers": scorers, "references": references}
    if scorers and references:
        form = ErrorsForm(request.GET, scorers=scorers, references=references)
        context["form"] = form
        if form.is_valid():
            if request.GET.get("format") == "csv":
                return _file(dataset, form)
            context |= _found(dataset, form)
    return render(request, "grading/errors.html", context)


def _found(dataset: Dataset, form: ErrorsForm) -> dict[str, Any]:
    scorer, reference, tolerance = form.chosen
    answers = marked_answers(dataset, scorer, reference)
    if not answers:
        return {"answers": answers}
    return {
        "answers": answers,
        "overall": analysis.overall(answers, tolerance),
        "scorer": scorer,
        "worst": worst_table(dataset, answers, tolerance),
        "confusions": confusion_blocks(answers, tolerance),
        "kinds": kind_figures(answers, tolerance),
    }


def _file(dataset: Dataset, form: ErrorsForm) -> HttpResponse:
    scorer, reference, _tolerance = form.chosen
    answers = marked_answers(dataset, scorer, reference)
    body = csv.table_file(answers_table(dataset, answers))
    headers = attachment(f"{dataset.name}-{scorer.name}-errors.csv")
    return HttpResponse(body, BUILDERS["csv"].content_type, headers=headers)

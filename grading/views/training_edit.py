"""Rename a training set, or delete it; a lead's alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from annotations.access import LEAD
from grading.access import get_training_set_or_404
from grading.actions.training_set import InUse, delete_training_set
from grading.forms.training_edit import DeleteTrainingSetForm, TrainingSetForm
from grading.models import ModelVersion, TrainingSet
from grading.version_stage import has_failed


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    training_set = get_training_set_or_404(request.user, pk, LEAD)
    form = TrainingSetForm(request.POST or None, instance=training_set)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("training-detail", pk)
    return _page(request, pk, form=form)


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    training_set = get_training_set_or_404(request.user, pk, LEAD)
    form = DeleteTrainingSetForm(request.POST, name=training_set.name)
    if not form.is_valid():
        return _page(request, pk, delete_form=form)
    try:
        delete_training_set(training_set=training_set)
    except InUse:
        messages.error(request, _why_it_stays(training_set))
        return redirect("training-edit", pk)
    words = {"name": training_set.name}
    messages.success(request, _("The training set “%(name)s” has been deleted.") % words)
    return redirect("training-list")


def _why_it_stays(training_set: TrainingSet) -> str:
    """Trainings that came to nothing can be deleted, and are named."""
    rows = ModelVersion.objects.filter(training_set=training_set).order_by("pk")
    versions = list(rows.select_related("grader", "fine_tuning"))
    if not all(map(has_failed, versions)):
        return _("It cannot be deleted: a model version learnt from it.")
    names = pgettext("between names", ", ").join(map(str, versions))
    return _(
        "It cannot be deleted as long as versions name it whose training failed or was cancelled: %(names)s. Delete "
        "these on the page of the grader first."
    ) % {"names": names}


def _page(request: HttpRequest, pk: int, **forms: Any) -> HttpResponse:
    training_set: TrainingSet = get_training_set_or_404(request.user, pk, LEAD)
    context = {
        "set": training_set,
        "form": TrainingSetForm(instance=training_set),
        "delete_form": DeleteTrainingSetForm(name=training_set.name),
        **forms,
    }
    return render(request, "grading/training_edit.html", context)

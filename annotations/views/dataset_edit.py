"""Rename a dataset, or delete it; a lead's alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations import access
from annotations.actions.datasets import InUse, delete_dataset
from annotations.forms.dataset import DatasetForm, DeleteDatasetForm
from annotations.models import Dataset


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    dataset = access.get_dataset_or_404(request.user, pk, access.LEAD)
    form = DatasetForm(request.POST or None, instance=dataset)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The dataset has been saved."))
        return redirect("dataset-detail", pk)
    return _page(request, pk, form=form)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    dataset = access.get_dataset_or_404(request.user, pk, access.LEAD)
    form = DeleteDatasetForm(request.POST, dataset=dataset)
    if not form.is_valid():
        return _page(request, pk, delete_form=form)
    try:
        delete_dataset(dataset=dataset)
    except InUse:
        return _page(request, pk)
    messages.success(request, _("The dataset “%(name)s” has been deleted.") % {"name": dataset.name})
    return redirect("dataset-list")


def _page(request: HttpRequest, pk: int, **forms: Any) -> HttpResponse:
    dataset: Dataset = access.get_dataset_or_404(request.user, pk, access.LEAD)
    context = {
        "dataset": dataset,
        "form": DatasetForm(instance=dataset),
        "delete_form": DeleteDatasetForm(dataset=dataset),
        "campaigns": dataset.campaigns.order_by("name"),
        "is_importing": any(work.is_active for work in dataset.imports.only("state")),
        "item_count": dataset.items.count(),
        **forms,
    }
    return render(request, "annotations/dataset_edit.html", context)

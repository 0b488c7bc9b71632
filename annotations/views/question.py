"""The questions of a dataset, and what a lead adds to them."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations import access
from annotations.forms.question import QuestionForm
from annotations.lists import Column, Filter, holding, listing_of
from annotations.models import Question, Rating

COLUMNS = [
    Column("number", gettext_lazy("Number"), lambda row: row.key, ("position",)),
    Column("text", gettext_lazy("Question"), lambda row: row.text),
    Column("subject", gettext_lazy("School subject"), lambda row: row.school_subject, ("school_subject",)),
    Column("full", gettext_lazy("Full mark"), lambda row: row.full_mark, ("full_mark",), True),
    Column("step", gettext_lazy("Step"), lambda row: row.step, ("step",), True),
    Column("points", gettext_lazy("Scoring points"), lambda row: len(row.scoring_points), is_number=True),
    Column("items", gettext_lazy("Items"), lambda row: row.item_count, ("item_count",), True),
]


def question_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    dataset = access.get_dataset_or_404(request.user, pk)
    rows = dataset.questions.annotate(item_count=Count("items")).order_by("position")
    search = [Filter("q", _("Search"), holding("text", "key"))]
    listing = listing_of(request, rows, COLUMNS, filters=search, usual="number")
    if listing.is_file:
        return listing.as_file(f"{dataset.name} - {_('Questions')}")
    context = {
        "dataset": dataset,
        "listing": listing,
        "can_edit": access.has_role(request.user, dataset.team_id, access.BUILD),
        "is_lead": access.has_role(request.user, dataset.team_id, access.LEAD),
    }
    return render(request, "annotations/question_list.html", context)


def edit(request: HttpRequest, pk: int, question_pk: int) -> HttpResponse:
    question = access.get_question_or_404(request.user, question_pk, access.BUILD)
    if question.dataset_id != pk:
        raise Http404
    form = QuestionForm(request.POST or None, instance=question, is_marked=_is_marked(question))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Question %(key)s has been saved.") % {"key": question.key})
        return redirect("question-list", pk)
    context = {"question": question, "dataset": question.dataset, "form": form}
    return render(request, "annotations/question_edit.html", context)


def _is_marked(question: Question) -> bool:
    return Rating.objects.filter(campaign_item__item__question=question).exists()

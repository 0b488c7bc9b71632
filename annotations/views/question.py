"""The questions of a dataset, and what a lead adds to them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annotations import access
from annotations.forms.question import QuestionForm
from annotations.models import Question, Rating

PAGE = 50


def question_list(request: HttpRequest, pk: int) -> HttpResponse:
    dataset = access.get_dataset_or_404(request.user, pk)
    rows = dataset.questions.annotate(item_count=Count("items")).order_by("position", "pk")
    search = request.GET.get("q", "").strip()
    if search:
        rows = rows.filter(text__icontains=search) | rows.filter(key__icontains=search)
    context = {
        "dataset": dataset,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "search": search,
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

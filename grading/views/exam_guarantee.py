"""The exam guarantee: may this machine, or anybody, promise the bar of an exam?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from grading.access import get_exam_or_404
from grading.exam_data import exam_data
from grading.exam_page import ExamPage, exam_page
from grading.forms.exam import SelectiveForm
from grading.selective_data import calibration, sure_answers


@login_required
@require_GET
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_exam_or_404(request.user, slug)
    form = SelectiveForm(campaign, request.GET)
    page = _page(form) if form.is_valid() and form.cleaned_data["machine"] else None
    context = {"campaign": campaign, "form": form, "page": page, "query": request.GET.urlencode()}
    return render(request, "grading/exam_guarantee.html", context)


def _page(form: SelectiveForm) -> ExamPage:
    """People and machine share the work as selective grading would have it, where that is proven."""
    chosen, bar = form.cleaned_data, form.bar()
    data = exam_data(form.campaign)
    found = calibration(data, chosen["machine"], chosen["confidence"], bar.tolerance)
    accepted = sure_answers(found, bar, **form.choice())
    return exam_page(data, found.machine, bar, chosen["machine_seconds"], accepted)

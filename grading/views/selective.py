"""Selective grading: what the machine may mark, applying it, taking it back, the rest to people."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from annotations.access import LEAD, has_role
from grading.access import get_exam_or_404
from grading.actions.selective import apply_selective, make_queue, undo_selective
from grading.exam_data import exam_data
from grading.forms.exam import SelectiveForm
from grading.models import SelectiveGrading
from grading.reports.marks import accepted_machine, mark_sheet, selective_of
from grading.reports.marks_tables import origins_sentence
from grading.selective_page import SelectivePage, selective_page


@login_required
@require_GET
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_exam_or_404(request.user, slug)
    form = SelectiveForm(campaign, request.GET)
    in_force = selective_of(campaign)
    past = SelectiveGrading.objects.filter(campaign=campaign, undone_at__isnull=False)
    context = {
        "campaign": campaign,
        "form": form,
        "page": _page(form) if form.is_valid() and form.cleaned_data["machine"] else None,
        "in_force": in_force,
        "signed": "" if in_force else accepted_machine(campaign),
        "origins": origins_sentence(mark_sheet(campaign)) if in_force else "",
        "past": past.select_related("created_by", "undone_by")[:20],
        "is_lead": has_role(request.user, campaign.team_id, LEAD),
        "query": request.GET.urlencode(),
    }
    return render(request, "grading/selective.html", context)


def _page(form: SelectiveForm) -> SelectivePage:
    chosen = form.cleaned_data
    data = exam_data(form.campaign)
    return selective_page(
        data, chosen["machine"], chosen["confidence"], form.bar(), **form.choice()
    )


@login_required
@require_POST
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_exam_or_404(request.user, slug, LEAD)
    form = SelectiveForm(campaign, request.POST)
    if not form.is_valid() or not form.cleaned_data["machine"]:
        messages.error(request, _("Nothing is proven, so no machine mark can be accepted."))
        return redirect("selective", slug)
    chosen = {name: form.cleaned_data[name] for name in ("machine", "confidence")}
    try:
        made = apply_selective(
            campaign=campaign, by=request.user, bar=form.bar(), **chosen, **form.choice()
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("selective", slug)
    count = made.evidence["accepted"]
    text = ngettext("%(count)d machine mark is accepted.", "%(count)d machine marks are accepted.", count)
    messages.success(request, text % {"count": count})
    return redirect("selective", slug)


@login_required
@require_POST
def undo(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_exam_or_404(request.user, slug, LEAD)
    try:
        undo_selective(campaign=campaign, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Taken back: its machine marks count no more."))
    return redirect("selective", slug)


@login_required
@require_POST
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_exam_or_404(request.user, slug, LEAD)
    try:
        made = make_queue(campaign=campaign, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("selective", slug)
    messages.success(request, _("The campaign for the rest is a draft: look at it and launch it."))
    return redirect("campaign-setup", made.slug, "review")

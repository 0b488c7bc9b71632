"""The verdicts of a campaign: all candidates side by side, one in full, computing and signing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from annotations.access import BUILD, LEAD, get_campaign_or_404, has_role
from annotations.models import Campaign
from config.queue import QueueDown, enqueue
from grading import jobs
from grading.access import get_verdict_or_404, get_verdict_run_or_404
from grading.actions.verdict import compute_verdicts, sign_verdict, why_not_signed
from grading.actions.verdict_run import (
    cancel_verdict_run,
    is_at_work,
    shown_run,
    start_verdict_run,
    takes_long,
)
from grading.forms.verdict import SignForm
from grading.models import Verdict, VerdictRun
from grading.verdict_data import NoVerdict, policy_of
from grading.verdict_list import (
    candidate_row,
    candidates_picture,
    changes_since,
    unsigning_sentence,
)
from grading.verdict_page import verdict_page
from grading.verdict_words import candidate_name


@login_required
@require_GET
def verdict_list(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_campaign_or_404(request.user, slug)
    verdicts = list(Verdict.objects.newest(campaign).select_related("signed_by"))
    run, may_build = shown_run(campaign), has_role(request.user, campaign.team_id, BUILD)
    context = {
        "campaign": campaign,
        "rows": [candidate_row(verdict) for verdict in verdicts],
        "picture": candidates_picture(verdicts),
        "estimand": _estimand(campaign),
        "changes": changes_since(verdicts[0]) if verdicts else 0,
        "unsigning": unsigning_sentence(campaign),
        "run": run,
        "can_cancel": may_build,
        "can_compute": may_build and not is_at_work(run) and not campaign.is_open_ended,
    }
    return render(request, "grading/verdict_list.html", context)


@login_required
@require_GET
def verdict_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    verdict = get_verdict_or_404(request.user, slug, pk)
    return render(request, "grading/verdict_detail.html", _context(request, verdict, SignForm()))


@login_required
@require_POST
def compute(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_campaign_or_404(request.user, slug, BUILD)
    try:
        if takes_long(campaign):
            return _send(request, start_verdict_run(campaign=campaign, user=request.user))
        found = compute_verdicts(campaign=campaign, by=request.user, keep_unchanged=True)
    except NoVerdict as problem:
        messages.error(request, str(problem))
        return redirect("verdict-list", slug=slug)
    text = ngettext(
        "%(count)d candidate was weighed.", "%(count)d candidates were weighed.", len(found)
    ) % {"count": len(found)}
    messages.success(request, text)
    back = next((v for v in found if v.candidate == request.POST.get("candidate")), None)
    return redirect("verdict-detail", slug, back.pk) if back else redirect("verdict-list", slug)


def _send(request: HttpRequest, run: VerdictRun) -> HttpResponse:
    if run.state == VerdictRun.State.WAITING:
        try:
            enqueue(jobs.compute_verdicts, run.pk)
        except QueueDown:
            text = _("The queue cannot be reached. The run waits; send it again when it is back.")
            messages.error(request, text)
    return redirect("verdict-list", slug=run.campaign.slug)


@login_required
@require_GET
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of the list that changes; a finished run reloads the whole page once."""
    run = get_verdict_run_or_404(request.user, slug)
    can_cancel = has_role(request.user, run.campaign.team_id, BUILD)
    context = {"run": run, "campaign": run.campaign, "can_cancel": can_cancel}
    response = render(request, "grading/verdict_progress.html", context)
    if not run.is_active:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_campaign_or_404(request.user, slug, BUILD)
    cancel_verdict_run(campaign=campaign)
    return redirect("verdict-list", slug=slug)


@login_required
@require_POST
def sign(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    verdict = get_verdict_or_404(request.user, slug, pk, LEAD)
    form = SignForm(request.POST)
    if not form.is_valid():
        context = _context(request, verdict, form)
        return render(request, "grading/verdict_detail.html", context, status=422)
    try:
        sign_verdict(verdict=verdict, by=request.user, note=form.cleaned_data["note"])
    except ValidationError as problem:
        messages.error(request, problem.message)
    else:
        name = candidate_name(verdict.candidate)
        messages.success(request, _("You signed the verdict on %(name)s.") % {"name": name})
    return redirect("verdict-detail", slug, pk)


def _estimand(campaign: Campaign) -> str:
    """What is estimated, or \"\" without a policy."""
    try:
        return str(policy_of(campaign).get_estimand_display())
    except NoVerdict:
        return ""


def _context(request: HttpRequest, verdict: Verdict, form: SignForm) -> dict[str, object]:
    mine = Verdict.objects.filter(campaign=verdict.campaign, candidate=verdict.candidate)
    history = list(mine.select_related("signed_by").defer("evidence", "policy")[:20])
    team = verdict.campaign.team_id
    return {
        "campaign": verdict.campaign,
        "page": verdict_page(verdict),
        "form": form,
        "history": history if len(history) > 1 else [],
        "newest": history[0],
        "changes": changes_since(verdict),
        "unsigning": unsigning_sentence(verdict.campaign),
        "can_sign": has_role(request.user, team, LEAD),
        "why_not_signed": why_not_signed(verdict),
        "can_compute": has_role(request.user, team, BUILD),
    }

"""What a lead does to a campaign: gates, launch, pause, resume, close, extend, raters."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annotations.access import LEAD, get_campaign_or_404
from annotations.actions.campaign_raters import add_raters, readmit_rater, stop_rater
from annotations.actions.campaigns import (
    close_campaign,
    delete_draft,
    pause_campaign,
    resume_campaign,
)
from annotations.forms.campaign_changes import AddRatersForm, ExtendForm
from annotations.models import Campaign, CampaignWork, User
from config.queue import QueueDown, enqueue
from grading import jobs
from grading.actions.gate_metrics import start_gate_metrics
from grading.actions.launch import extend as extend_campaign
from grading.actions.launch import launch as launch_campaign
from grading.early_gates import early_gates


def _act(request: HttpRequest, slug: str, act: Callable[[Campaign], str], back: str = "") -> HttpResponse:
    """Do it and say what was done, or why not; then back to the campaign."""
    campaign = get_campaign_or_404(request.user, slug, LEAD)
    try:
        messages.success(request, act(campaign))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        if back:
            return redirect("campaign-setup", slug, back)
    return redirect("campaign-detail", slug)


@require_POST
def launch(request: HttpRequest, slug: str) -> HttpResponse:
    """At once; a large one goes to a worker, and the page of the campaign leads to its progress."""

    def act(campaign: Campaign) -> str:
        has_consent = "consent" in request.POST
        work = launch_campaign(
            campaign=campaign, by=request.user, send=_send, has_consent=has_consent
        )
        if work:
            return _("A worker is launching the campaign.")
        return _("The campaign is running: raters can begin.")

    return _act(request, slug, act, back="review")


def _send(work: CampaignWork) -> None:
    enqueue(jobs.run_campaign_work, work.pk)


@require_POST
def gates(request: HttpRequest, slug: str) -> HttpResponse:
    """Compute the metrics that the gates wait for."""
    campaign = get_campaign_or_404(request.user, slug, LEAD)
    runs = start_gate_metrics(campaign=campaign, gates=early_gates(campaign), by=request.user)
    try:
        for run in runs:
            enqueue(jobs.compute_metrics, run.pk)
    except QueueDown:
        messages.error(
            request, _("The queue cannot be reached. The run waits; send it again when it is back.")
        )
    return redirect("campaign-setup", slug, "review")


@require_POST
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    def act(campaign: Campaign) -> str:
        pause_campaign(campaign=campaign)
        return _("Paused: no ratings are taken; what raters enter is kept as a draft until it goes on.")

    return _act(request, slug, act)


@require_POST
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    def act(campaign: Campaign) -> str:
        resume_campaign(campaign=campaign)
        return _("The campaign is running again.")

    return _act(request, slug, act)


@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    def act(campaign: Campaign) -> str:
        close_campaign(campaign=campaign, typed_name=request.POST.get("name", ""))
        return _("The campaign is closed. Its ratings stay as they are.")

    return _act(request, slug, act)


@require_POST
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft only."""
    campaign = get_campaign_or_404(request.user, slug, LEAD)
    try:
        delete_draft(campaign=campaign)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("campaign-detail", slug)
    messages.success(request, _("The draft “%(name)s” was deleted.") % {"name": campaign.name})
    return redirect("campaign-list")


@require_POST
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    def act(campaign: Campaign) -> str:
        form = ExtendForm(request.POST)
        if not form.is_valid():
            raise ValidationError(_("Say how many items the sample is to have."))
        n = form.cleaned_data["n"]
        if extend_campaign(campaign=campaign, n=n, by=request.user, send=_send):
            return _("A worker is drawing the new items. This page may be closed.")
        return _("The sample has %(n)s items now; the new ones come last.") % {"n": n}

    return _act(request, slug, act)


@require_POST
def raters(request: HttpRequest, slug: str) -> HttpResponse:
    """Add those who were ticked, or stop or readmit one."""

    def act(campaign: Campaign) -> str:
        for name, change in (("stop", _stop), ("readmit", _readmit)):
            if name in request.POST:
                return change(campaign, request.POST[name])
        return _add(campaign, request)

    return _act(request, slug, act)


def _add(campaign: Campaign, request: HttpRequest) -> str:
    form = AddRatersForm(request.POST, campaign=campaign)
    if not form.is_valid():
        raise ValidationError(_("Choose at least one rater."))
    users = list(form.cleaned_data["users"])
    add_raters(campaign=campaign, users=users)
    text = ngettext(
        "%(count)s rater was added; the work left is shared out anew.",
        "%(count)s raters were added; the work left is shared out anew.",
        len(users),
    )
    return text % {"count": len(users)}


def _rater(campaign: Campaign, pk: str) -> User:
    if not pk.isdecimal():
        raise ValidationError(_("This person is not rating in this campaign."))
    return get_object_or_404(campaign.raters.select_related("user"), pk=int(pk)).user


def _stop(campaign: Campaign, pk: str) -> str:
    user = _rater(campaign, pk)
    stop_rater(campaign=campaign, user=user)
    return _("%(name)s was stopped; the open work goes to the others.") % {"name": user}


def _readmit(campaign: Campaign, pk: str) -> str:
    user = _rater(campaign, pk)
    readmit_rater(campaign=campaign, user=user)
    return _("%(name)s rates again; the work left is shared out anew.") % {"name": user}

"""The list of campaigns and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from annotations.access import (
    BUILD,
    JUDGE,
    LEAD,
    READ,
    campaigns_where,
    get_campaign_or_404,
    has_role,
    teams_where,
)
from annotations.campaign_numbers import (
    QuestionProgress,
    RatingRows,
    question_progress,
    rater_progress_rows,
    rating_rows,
    ratings_by_time,
)
from annotations.forms.campaign_changes import AddRatersForm
from annotations.lists import Column, Filter, equal, holding, listing_of, minute
from annotations.models import Campaign
from annotations.models.campaign_work import ACTIVE
from annotations.progress import Progress, campaign_progress
from grading.campaign_agreement import agreement_so_far
from grading.campaign_attention import matters_of
from grading.course_picture import course_picture
from grading.methods.activity import HEIGHT, WIDTH, Activity, activity
from grading.models import DecisionPolicy, Deployment, Verdict
from grading.monitoring_page import figures_of, hours_of
from grading.verdict_course import course_of
from grading.verdict_sentences import stopping_sentence
from grading.views.campaign_wizard import next_step
from grading.views.campaign_words import choices_of

COLUMNS = [
    Column("name", gettext_lazy("Campaign"), lambda row: row[0].name, ("name",)),
    Column("kind", gettext_lazy("Kind"), lambda row: row[0].get_kind_display(), ("kind",)),
    Column("dataset", gettext_lazy("Dataset"), lambda row: row[0].dataset.name, ("dataset__name",)),
    Column("team", gettext_lazy("Team"), lambda row: row[0].team.name, ("team__name",)),
    Column("state", gettext_lazy("State"), lambda row: row[0].get_state_display(), ("state",)),
    Column("rated", gettext_lazy("Rated"), lambda row: row[1].percent),
    Column("created", gettext_lazy("Made"), lambda row: minute(row[0].created_at), ("created_at",)),
]
FILTERS = [
    Filter("q", gettext_lazy("Name"), holding("name")),
    Filter("state", gettext_lazy("State"), equal("state"), Campaign.State.choices),
    Filter("kind", gettext_lazy("Kind"), equal("kind"), Campaign.Kind.choices),
]


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponseBase:
    """The reader's campaigns, newest first."""
    rows = campaigns_where(request.user).select_related("dataset").order_by("-pk")
    listing = listing_of(
        request, rows, COLUMNS, filters=FILTERS, usual="-created", dress=_with_progress
    )
    if listing.is_file:
        return listing.as_file("campaigns")
    context = {"listing": listing, "is_lead": teams_where(request.user, LEAD).exists()}
    return render(request, "grading/campaign_list.html", context)


def _with_progress(campaigns: list[Campaign]) -> list[tuple[Campaign, Progress]]:
    progress = campaign_progress([campaign.pk for campaign in campaigns])
    return [(campaign, progress[campaign.pk]) for campaign in campaigns]


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """How the campaign goes; a draft leads back into the wizard."""
    campaign = get_campaign_or_404(request.user, slug, READ)
    is_lead = has_role(request.user, campaign.team_id, LEAD)
    work = campaign.works.filter(state__in=ACTIVE).first()
    if campaign.state == Campaign.State.DRAFT and is_lead:
        return redirect("campaign-work", slug) if work else redirect(
            "campaign-setup", slug, next_step(campaign)
        )  # fmt: skip
    context = {
        "campaign": campaign, "is_lead": is_lead, "choices": choices_of(campaign), "work": work,
    }  # fmt: skip
    if campaign.state != Campaign.State.DRAFT:
        context |= _overview(
            campaign, request.GET.get("candidate"), may_wait="course" in request.GET
        )
    context["can_learn"] = has_role(request.user, campaign.team_id, BUILD)
    if not has_role(request.user, campaign.team_id, BUILD + JUDGE):
        context["matters"] = []  # a viewer reads; the work is somebody else's
    if is_lead:
        context["add_form"] = AddRatersForm(campaign=campaign)
    return render(request, "grading/campaign_detail.html", context)


def _overview(campaign: Campaign, candidate: str | None, *, may_wait: bool) -> dict[str, Any]:
    ratings = rating_rows(campaign)
    raters = rater_progress_rows(campaign, ratings)
    questions = question_progress(campaign)
    policy = _policy(campaign)
    progress = campaign_progress([campaign.pk])[campaign.pk]
    is_complete = campaign.state == Campaign.State.CLOSED or progress.percent == 100
    verdicts = list(Verdict.objects.newest(campaign).defer("evidence", "policy"))
    wanted = _headline(verdicts) if candidate is None else candidate
    course = None
    if policy and len(ratings):
        course = course_of(campaign, wanted, is_complete=is_complete, may_wait=may_wait)
    return {
        "ratings": ratings,
        "raters": raters,
        "questions": questions,
        "progress": progress,
        "left": progress.total - progress.done,
        "seconds_left": _seconds_left(questions, ratings),
        "policy": policy,
        "agreement": agreement_so_far(policy, ratings) if policy else None,
        "verdicts": verdicts,
        "matters": matters_of(campaign, ratings, raters),
        "chart": _chart(campaign),
        "chart_size": {"width": WIDTH, "height": HEIGHT},
        "is_complete": is_complete,
        **_served(campaign),
        "course": course,
        "course_sentence": stopping_sentence({"stopping": course.stopping}) if course else "",
        "course_picture": course_picture(course, policy.threshold) if course and policy else None,
    }


def _policy(campaign: Campaign) -> DecisionPolicy | None:
    """What decides; nothing does where answers come one by one."""
    return None if campaign.is_open_ended else DecisionPolicy.objects.filter(campaign=campaign).first()


def _served(campaign: Campaign) -> dict[str, Any]:
    """The grader whose answers people mark here, and what their marks say of it."""
    queued = Deployment.objects.filter(queue=campaign).select_related("grader").first()
    if queued is None:
        return {}
    audit = figures_of(hours_of(queued.grader))["audit"]
    return {"served": queued.grader, "audit": audit, "audit_floor": queued.agreement_floor}


def _headline(verdicts: list[Verdict]) -> str | None:
    """The candidate to show first: one that no gate has rejected."""
    standing = (v.candidate for v in verdicts if v.outcome != Verdict.Outcome.REJECTED)
    return next(standing, None)


def _chart(campaign: Campaign) -> Activity | None:
    found = ratings_by_time(campaign)
    return activity({timezone.make_naive(time): count for time, count in found.items()})


def _seconds_left(questions: list[QuestionProgress], ratings: RatingRows) -> float | None:
    """Seconds of rating left at the measured pace."""
    left = sum(question.total - question.done for question in questions)
    pace = ratings.median_seconds
    return left * pace if pace and left else None

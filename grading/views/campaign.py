"""The list of campaigns and the page of one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotations.access import (
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
from annotations.models import Campaign
from annotations.models.campaign_work import ACTIVE
from annotations.progress import campaign_progress
from grading.campaign_agreement import agreement_so_far
from grading.campaign_attention import matters_of
from grading.course_picture import course_picture
from grading.methods.activity import HEIGHT, WIDTH, Activity, activity
from grading.models import DecisionPolicy, Verdict
from grading.verdict_course import course_of
from grading.views.campaign_wizard import next_step
from grading.views.campaign_words import choices_of

PAGE = 30
SORTS = {"name": "name", "-name": "-name", "created": "created_at", "-created": "-created_at"}


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """The reader's campaigns, newest first; filters and sorting in the address."""
    rows = campaigns_where(request.user).select_related("dataset")
    filters = {name: request.GET.get(name, "") for name in ("state", "kind", "q", "sort")}
    found = _filtered(rows, filters)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    progress = campaign_progress([campaign.pk for campaign in page])
    context = {
        "page": page,
        "rows": [(campaign, progress[campaign.pk]) for campaign in page],
        "filters": filters,
        "is_filtered": any(filters[name] for name in ("state", "kind", "q")),
        "states": Campaign.State.choices,
        "kinds": Campaign.Kind.choices,
        "is_lead": teams_where(request.user, LEAD).exists(),
    }
    return render(request, "grading/campaign_list.html", context)


def _filtered(rows: QuerySet[Campaign], filters: dict[str, str]) -> QuerySet[Campaign]:
    if filters["state"] in Campaign.State.values:
        rows = rows.filter(state=filters["state"])
    if filters["kind"] in Campaign.Kind.values:
        rows = rows.filter(kind=filters["kind"])
    if filters["q"]:
        rows = rows.filter(name__icontains=filters["q"])
    return rows.order_by(SORTS.get(filters["sort"], "-created_at"), "-pk")


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
        context |= _overview(campaign, request.GET.get("candidate"))
    if is_lead:
        context["add_form"] = AddRatersForm(campaign=campaign)
    return render(request, "grading/campaign_detail.html", context)


def _overview(campaign: Campaign, candidate: str | None) -> dict[str, Any]:
    ratings = rating_rows(campaign)
    raters = rater_progress_rows(campaign, ratings)
    questions = question_progress(campaign)
    policy = DecisionPolicy.objects.filter(campaign=campaign).first()
    progress = campaign_progress([campaign.pk])[campaign.pk]
    is_complete = campaign.state == Campaign.State.CLOSED or progress.percent == 100
    verdicts = list(Verdict.objects.newest(campaign).defer("evidence", "policy"))
    wanted = _headline(verdicts) if candidate is None else candidate
    course = course_of(campaign, wanted, is_complete=is_complete) if policy and len(ratings) else None
    return {
        "ratings": ratings,
        "raters": raters,
        "questions": questions,
        "progress": progress,
        "seconds_left": _seconds_left(questions, ratings),
        "policy": policy,
        "agreement": agreement_so_far(policy, ratings) if policy else None,
        "verdicts": verdicts,
        "matters": matters_of(campaign, ratings, raters),
        "chart": _chart(campaign),
        "chart_size": {"width": WIDTH, "height": HEIGHT},
        "is_complete": is_complete,
        "course": course,
        "course_picture": course_picture(course, policy.threshold) if course and policy else None,
    }


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

"""Setting up a campaign, step by step; every step is kept in the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from annotations.access import LEAD, datasets_where, get_campaign_or_404, teams_where
from annotations.forms.campaign_basics import CampaignBasicsForm
from annotations.forms.campaign_raters import CampaignRatersStep
from annotations.forms.campaign_rubric import CampaignRubricForm
from annotations.forms.campaign_sample import CampaignSampleForm
from annotations.models import Campaign
from annotations.models.campaign_work import ACTIVE
from grading.actions.campaign_review import review_campaign
from grading.forms.policy import PolicyStep
from grading.models import DecisionPolicy
from grading.views.campaign_words import choices_of, rejection_sentences


class Step(NamedTuple):
    """A page of the wizard: its address, its name and the form it shows (none on the last)."""

    key: str
    title: Promise
    form: Callable[..., Any] | None


STEPS = (
    Step("basics", _("Dataset"), CampaignBasicsForm),
    Step("rubric", _("Rubric"), CampaignRubricForm),
    Step("sample", _("Sample"), CampaignSampleForm),
    Step("raters", _("Raters"), CampaignRatersStep),
    Step("policy", _("Policy"), PolicyStep),
    Step("review", _("Review"), None),
)
BY_KEY = {step.key: step for step in STEPS}
KEYS = [step.key for step in STEPS]


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """The first step, before there is a draft."""
    if not teams_where(request.user, LEAD).exists():
        raise PermissionDenied(gettext("Only the lead of a team can start a campaign."))
    initial = {"kind": "grading", "dataset": request.GET.get("dataset")}
    form = CampaignBasicsForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        return redirect("campaign-setup", form.save().slug, "rubric")
    context = {
        "form": form,
        "steps": stepper(None, "basics"),
        "has_dataset": datasets_where(request.user, LEAD).exists(),
    }
    return render(request, "grading/campaign_setup_basics.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """One step of a draft; a launched campaign is shown instead."""
    campaign = get_campaign_or_404(request.user, slug, LEAD)
    if step not in BY_KEY:
        raise Http404
    if campaign.state != Campaign.State.DRAFT:
        messages.info(request, gettext("The campaign has been launched; its plan can no longer change."))
        return redirect("campaign-detail", slug)
    if campaign.works.filter(state__in=ACTIVE).exists():
        return redirect("campaign-work", slug)
    make_form = BY_KEY[step].form
    if make_form is None:
        return _review(request, campaign)
    form = make_form(request.POST or None, campaign=campaign, user=request.user)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect("campaign-setup", slug, after(step, request.POST))
    return _page(request, campaign, step, {"form": form})


def _saved(request: HttpRequest, form: Any) -> bool:
    """Save unless only a preview was asked for; what is refused is said on the same page."""
    if "preview" in request.POST:
        return False
    try:
        form.save()
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return False
    return True


def _review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    review = review_campaign(campaign)
    context = {
        "review": review,
        "choices": choices_of(campaign),
        "rejections": rejection_sentences(review.gates) if review.gates else [],
    }
    return _page(request, campaign, "review", context)


def _page(request: HttpRequest, campaign: Campaign, step: str, context: dict[str, Any]) -> HttpResponse:
    place = KEYS.index(step)
    shared = {
        "campaign": campaign,
        "steps": stepper(campaign, step),
        "back_url": step_url(campaign, KEYS[place - 1]) if place else "",
    }
    return render(request, f"grading/campaign_setup_{step}.html", shared | context)


def after(step: str, data: Any) -> str:
    """The next step, or the same one again where the lead only saved."""
    return step if "stay" in data or "another" in data else KEYS[KEYS.index(step) + 1]


def step_url(campaign: Campaign, step: str) -> str:
    return reverse("campaign-setup", args=[campaign.slug, step])


def stepper(campaign: Campaign | None, current: str) -> list[dict[str, Any]]:
    """What the stepper shows: each step with its address once there is a draft."""
    done = made_steps(campaign) if campaign else set()
    return [
        {
            "label": step.title,
            "url": step_url(campaign, step.key) if campaign else None,
            "state": "current" if step.key == current else "done" if step.key in done else "todo",
        }
        for step in STEPS
    ]


def made_steps(campaign: Campaign) -> set[str]:
    """Steps that hold a choice already."""
    made = {"basics"}
    made |= {"rubric"} if campaign.rubrics.exists() else set()
    made |= {"sample"} if "design" in campaign.plan else set()
    made |= {"raters"} if campaign.raters.exists() else set()
    made |= {"policy"} if DecisionPolicy.objects.filter(campaign=campaign).exists() else set()
    return made


def next_step(campaign: Campaign) -> str:
    """Where a draft is taken up again."""
    made = made_steps(campaign)
    return next(key for key in KEYS if key not in made)

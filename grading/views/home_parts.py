"""What the start page shows, by role."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from annotations import access
from annotations.models import Campaign, CampaignRater, Dataset, Membership, Role, Rubric, User
from annotations.progress import Progress, campaign_progress, rater_progress
from grading.access_graders import graders_where
from grading.models import Alarm, Grader, Verdict

SHOWN = 8
OPEN_STATES = (Campaign.State.RUNNING, Campaign.State.PAUSED)


@dataclass(frozen=True, slots=True)
class RatingPlace:
    """A campaign that the reader rates in."""

    campaign: Campaign
    state: str
    state_label: str
    progress: Progress

    @property
    def is_open(self) -> bool:
        at_work = (CampaignRater.State.ACTIVE, CampaignRater.State.TRAINING)
        return self.campaign.is_running and self.state in at_work

    @property
    def has_work(self) -> bool:
        left = self.progress.total - self.progress.done + self.progress.pool
        return self.state == CampaignRater.State.TRAINING or left > 0


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign that the reader watches, with the next thing to do in it."""

    campaign: Campaign
    progress: Progress
    next_step: str
    url: str


def rating_places(user: User) -> list[RatingPlace]:
    """Where there is work for the reader first."""
    places = [p for p in access.places_of(user) if p.campaign.state in OPEN_STATES]
    progress = rater_progress(user, [place.campaign_id for place in places])
    rows = [
        RatingPlace(p.campaign, p.state, p.get_state_display(), progress[p.campaign_id])
        for p in places
    ]
    return sorted(rows, key=lambda row: not (row.is_open and row.has_work))


def closed_campaigns(user: User) -> list[Campaign]:
    """Where the reader has rated and can only look back."""
    places = access.places_of(user).filter(campaign__state=Campaign.State.CLOSED)
    return [place.campaign for place in places[:SHOWN]]


def campaign_rows(user: User) -> list[CampaignRow]:
    campaigns = list(access.campaigns_where(user).select_related("team", "dataset")[:SHOWN])
    progress = campaign_progress([campaign.pk for campaign in campaigns])
    led = set(access.teams_where(user, access.LEAD).values_list("pk", flat=True))
    decided = set(Verdict.objects.filter(campaign__in=campaigns).values_list("campaign", flat=True))
    return [
        CampaignRow(
            c, progress[c.pk], *_next_step(c, progress[c.pk], c.team_id in led, c.pk in decided)
        )
        for c in campaigns
    ]


def _next_step(
    campaign: Campaign, progress: Progress, is_lead: bool, is_decided: bool
) -> tuple[str, str]:
    """(words, address); nothing to do yet in a draft for those who only read."""
    base = f"/campaigns/{campaign.slug}/"
    if campaign.state == Campaign.State.DRAFT:
        return (_("Go on setting up"), base) if is_lead else ("", "")
    if campaign.state == Campaign.State.CLOSED and (is_decided or not is_lead):
        return _("Open the report"), f"{base}report/"
    if campaign.state == Campaign.State.CLOSED:
        return (_("Open the report"), f"{base}report/") if campaign.is_open_ended else (
            _("Compute the verdict"), f"{base}verdicts/"
        )  # fmt: skip
    if progress.total and progress.done == progress.total and not campaign.is_open_ended:
        return _("Read the verdict"), f"{base}verdicts/"
    return _("Watch the work"), base


def newest_datasets(user: User) -> QuerySet[Dataset]:
    rows = access.datasets_where(user).order_by("-created_at", "-pk")
    return rows.annotate(item_count=Count("items"))[:5]


def newest_verdicts(user: User) -> QuerySet[Verdict]:
    """The newest verdict of each candidate in the campaigns the reader may read."""
    newer = Verdict.objects.filter(
        campaign=OuterRef("campaign"), candidate=OuterRef("candidate"), pk__gt=OuterRef("pk")
    )
    rows = Verdict.objects.filter(~Exists(newer), campaign__in=access.campaigns_where(user))
    return rows.select_related("campaign", "signed_by").defer("evidence", "policy")[:SHOWN]


def first_steps(user: User) -> list[dict] | None:
    """Import, rubric, raters, campaign with what is done; None after the last, or for who builds nothing.

    An engineer imports; the rest is a lead's.
    """
    steps = STEPS if access.teams_where(user, access.LEAD).exists() else STEPS[:1]
    if not access.teams_where(user, access.BUILD).exists():
        return None
    checks = (_has_dataset, _has_rubric, _has_raters, _has_campaign)[: len(steps)]
    done = [is_done(user) for is_done in checks]
    if done[-1]:
        return None
    return [{**step, "is_done": is_done} for step, is_done in zip(steps, done, strict=True)]


def _has_dataset(user: User) -> bool:
    return access.datasets_where(user).exists()


def _has_rubric(user: User) -> bool:
    return access.rubrics_where(user).filter(state=Rubric.State.PUBLISHED).exists()


def _has_raters(user: User) -> bool:
    led = access.teams_where(user, access.LEAD)
    return Membership.objects.filter(team__in=led, role=Role.RATER).exists()


def _has_campaign(user: User) -> bool:
    return access.campaigns_where(user).exclude(state=Campaign.State.DRAFT).exists()


STEPS = (
    {
        "title": _("Import answers or outputs"),
        "text": _("Answers or model outputs from a table, JSON or text; scans in a zip."),
        "action": _("Import a file"),
        "url": "/imports/new/",
    },
    {
        "title": _("Write a rubric"),
        "text": _(
            "Criteria with weights, or scoring points with marks; a descriptor for each level."
        ),
        "action": _("Make a rubric"),
        "url": "/rubrics/new/",
    },
    {
        "title": _("Invite raters"),
        "text": _("Each opens a link that you send, and has an account in a minute."),
        "action": _("Open the team"),
        "url": "/teams/",
    },
    {
        "title": _("Start a campaign"),
        "text": _("Draw a sample, choose raters, fix when the verdict is “pass”."),
        "action": _("Set up a campaign"),
        "url": "/campaigns/new/",
    },
)


def alarming_graders(user: User) -> QuerySet[Grader]:
    """Graders with an alarm that nobody has seen to."""
    waiting = Alarm.objects.filter(grader=OuterRef("pk"), acknowledged_at=None)
    return graders_where(user).filter(Exists(waiting)).order_by("school_subject")

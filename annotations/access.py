"""Who may see what. Views get every object from here and never from Model.objects.

A person outside the team gets 404 (the thing does not exist for them); a member without the
role gets 403.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Min, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRater,
    Dataset,
    Invitation,
    Item,
    ItemImage,
    ItemImport,
    Membership,
    Question,
    Role,
    Rubric,
    Team,
    User,
)

LEAD = (Role.LEAD,)
BUILD = (Role.LEAD, Role.ENGINEER)
JUDGE = (Role.LEAD, Role.ADJUDICATOR)
READ = (Role.LEAD, Role.ENGINEER, Role.ADJUDICATOR, Role.VIEWER)
ANY = tuple(Role)


def teams_where(user: User, roles: tuple[str, ...] = ANY) -> QuerySet[Team]:
    """The teams in which `user` has one of `roles`."""
    return Team.objects.filter(memberships__user=user, memberships__role__in=roles).distinct()


def has_role(user: User, team_id: int, roles: tuple[str, ...]) -> bool:
    return Membership.objects.filter(user=user, team_id=team_id, role__in=roles).exists()


def require_role(user: User, team_id: int, roles: tuple[str, ...]) -> None:
    """404 outside the team, 403 without one of the roles in it."""
    mine = set(Membership.objects.filter(user=user, team_id=team_id).values_list("role", flat=True))
    if not mine:
        raise Http404
    if not mine & set(roles):
        raise PermissionDenied


def get_team_or_404(user: User, slug: str, roles: tuple[str, ...] = ANY) -> Team:
    team = get_object_or_404(Team, slug=slug)
    require_role(user, team.pk, roles)
    return team


def get_dataset_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> Dataset:
    dataset = get_object_or_404(Dataset.objects.select_related("team"), pk=pk)
    require_role(user, dataset.team_id, roles)
    return dataset


def may_see_scores(user: User, dataset: Dataset) -> bool:
    """Past marks and scores of this dataset: not for whom they could sway.

    Those are people who rate in a campaign of it that is not closed, and, while there is one,
    adjudicators: on the campaign's own page they can ask for scores, which is noted.
    """
    is_open = Campaign.objects.filter(dataset=dataset).exclude(state=Campaign.State.CLOSED)
    rates = CampaignRater.objects.filter(user=user, campaign__in=is_open)
    if rates.exclude(state=CampaignRater.State.STOPPED).exists():
        return False
    readers = tuple(role for role in READ if role != Role.ADJUDICATOR)
    return has_role(user, dataset.team_id, readers) or not is_open.exists()


def get_question_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> Question:
    question = get_object_or_404(Question.objects.select_related("dataset"), pk=pk)
    require_role(user, question.dataset.team_id, roles)
    return question


def get_item_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> Item:
    item = get_object_or_404(Item.objects.select_related("dataset", "question"), pk=pk)
    require_role(user, item.dataset.team_id, roles)
    return item


def get_image_or_404(user: User, pk: int) -> ItemImage:
    """A scan: for readers of the team, and for raters who hold or have rated the item."""
    image = get_object_or_404(ItemImage.objects.select_related("item__dataset"), pk=pk)
    holds = Assignment.objects.filter(campaign_item__item=image.item, rater=user)
    require_role(user, image.item.dataset.team_id, ANY if holds.exists() else READ)
    return image


def get_import_or_404(user: User, pk: int, roles: tuple[str, ...] = BUILD) -> ItemImport:
    """Ratings of people are brought in by a lead alone."""
    rows = ItemImport.objects.select_related("team", "dataset", "campaign")
    item_import = get_object_or_404(rows, pk=pk)
    require_role(user, item_import.team_id, LEAD if item_import.campaign_id else roles)
    return item_import


def get_rubric_or_404(user: User, pk: int, roles: tuple[str, ...] = READ) -> Rubric:
    rubric = get_object_or_404(Rubric.objects.select_related("team"), pk=pk)
    require_role(user, rubric.team_id, roles)
    return rubric


def get_campaign_or_404(user: User, slug: str, roles: tuple[str, ...] = READ) -> Campaign:
    campaign = get_object_or_404(Campaign.objects.select_related("team", "dataset"), slug=slug)
    require_role(user, campaign.team_id, roles)
    return campaign


def get_campaign_item_or_404(
    user: User, slug: str, pk: int, roles: tuple[str, ...] = READ
) -> CampaignItem:
    campaign = get_campaign_or_404(user, slug, roles)
    rows = CampaignItem.objects.select_related("campaign", "item__question", "rubric")
    return get_object_or_404(rows, campaign=campaign, pk=pk)


def get_place_or_404(
    user: User, slug: str, pk: int, roles: tuple[str, ...] = JUDGE
) -> CampaignRater:
    """Somebody's place as a rater in a campaign, for those who look after raters."""
    campaign = get_campaign_or_404(user, slug, roles)
    rows = CampaignRater.objects.select_related("campaign", "user")
    return get_object_or_404(rows, campaign=campaign, pk=pk)


def get_campaign_rater_or_404(user: User, slug: str) -> CampaignRater:
    """The reader's own place as a rater in a campaign, as long as they are in its team."""
    in_team = Membership.objects.filter(user=user, team=OuterRef("campaign__team"))
    rows = CampaignRater.objects.select_related("campaign__team", "campaign__dataset")
    rows = rows.filter(Exists(in_team))
    return get_object_or_404(rows, campaign__slug=slug, user=user)


def campaigns_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[Campaign]:
    return Campaign.objects.filter(team__in=teams_where(user, roles)).select_related("team")


def datasets_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[Dataset]:
    return Dataset.objects.filter(team__in=teams_where(user, roles)).select_related("team")


def rubrics_where(user: User, roles: tuple[str, ...] = READ) -> QuerySet[Rubric]:
    return Rubric.objects.filter(team__in=teams_where(user, roles)).select_related("team")


def members_of(team: Team) -> QuerySet[User]:
    """Each once, with the `shown_name` and the time they `joined`."""
    shown_name = Coalesce(NullIf("display_name", Value("")), "username")
    users = User.objects.filter(memberships__team=team)
    return users.annotate(shown_name=shown_name, joined=Min("memberships__created_at")).order_by("pk")


def get_member_or_404(team: Team, pk: int) -> User:
    """A member of a team that the reader was let into."""
    return get_object_or_404(User.objects.filter(memberships__team=team).distinct(), pk=pk)


def open_invitations(team: Team) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(team=team, accepted_at=None, expires_at__gt=timezone.now())
    return rows.select_related("created_by").order_by("-id")


def get_team_invitation_or_404(team: Team, pk: int) -> Invitation:
    return get_object_or_404(Invitation, team=team, pk=pk)


def get_invitation_or_404(token: str) -> Invitation:
    """By its token: whoever holds the link may open it, signed in or not."""
    return get_object_or_404(Invitation.objects.select_related("team", "created_by"), token=token)


def rates_in(user: User, campaign: Campaign) -> bool:
    """Whether the reader rates there and has not been stopped."""
    places = CampaignRater.objects.filter(campaign=campaign, user=user)
    return places.exclude(state=CampaignRater.State.STOPPED).exists()


def places_of(user: User) -> QuerySet[CampaignRater]:
    """Where the reader rates: launched campaigns of their teams, the newest first."""
    rows = CampaignRater.objects.filter(user=user, campaign__team__in=teams_where(user))
    rows = rows.exclude(campaign__state=Campaign.State.DRAFT)
    return rows.select_related("campaign__team").order_by("-campaign__launched_at", "-pk")

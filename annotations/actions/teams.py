"""What changes a team: made, roles given and taken, members removed."""

from __future__ import annotations

from itertools import count

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from annotations.actions.campaign_raters import stop_rater
from annotations.models import Campaign, CampaignRater, Membership, Role, Team, User


class TeamRefusal(Exception):
    """Said to the reader as it is."""


@transaction.atomic
def create_team(*, name: str, by: User) -> Team:
    """A new team; whoever makes it leads it."""
    team = Team.objects.create(name=name, slug=_free_slug(name))
    Membership.objects.create(team=team, user=by, role=Role.LEAD)
    return team


def _free_slug(name: str) -> str:
    # "new" is an address of its own
    stem = slugify(name, allow_unicode=True)[:60] or "team"
    taken = set(Team.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    candidates = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
    return next(slug for slug in candidates if slug not in taken | {"new"})


@transaction.atomic
def set_roles(*, team: Team, user: User, roles: list[str]) -> None:
    """Gives `user` exactly `roles` in the team. Raises TeamRefusal if no lead would be left."""
    _lock(team)
    if Role.LEAD not in roles:
        _refuse_last_lead(team, user)
    mine = Membership.objects.filter(team=team, user=user)
    had = set(mine.values_list("role", flat=True))
    mine.exclude(role__in=roles).delete()
    Membership.objects.bulk_create(
        Membership(team=team, user=user, role=role) for role in roles if role not in had
    )
    if Role.RATER in had - set(roles):
        _stop_rating(team, user)


@transaction.atomic
def remove_member(*, team: Team, user: User) -> None:
    """Takes all roles. Ratings stay; open slots go back to the others.

    Raises TeamRefusal if no lead would be left.
    """
    _lock(team)
    _refuse_last_lead(team, user)
    Membership.objects.filter(team=team, user=user).delete()
    _stop_rating(team, user)


def _lock(team: Team) -> None:
    """Two leads who remove each other at once must meet here."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def _refuse_last_lead(team: Team, user: User) -> None:
    leads = set(
        Membership.objects.filter(team=team, role=Role.LEAD).values_list("user_id", flat=True)
    )
    if leads == {user.pk}:
        raise TeamRefusal(_("A team keeps at least one lead. Make somebody else lead first."))


def _stop_rating(team: Team, user: User) -> None:
    """In every campaign of the team that is not closed: what they held or were to do goes on."""
    places = CampaignRater.objects.filter(user=user, campaign__team=team)
    places.filter(campaign__state=Campaign.State.DRAFT).delete()
    at_work = places.filter(campaign__state__in=(Campaign.State.RUNNING, Campaign.State.PAUSED))
    for place in at_work.exclude(state=CampaignRater.State.STOPPED).select_related("campaign"):
        stop_rater(campaign=place.campaign, user=user)

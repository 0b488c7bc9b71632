"""Who the raters of a file are; those nobody knows are made when the lead says so."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_noop

from annotations.formats.problems import BadFile, shown
from annotations.models import Campaign, CampaignRater, Membership, Role, User

NAME_LENGTH = 150


def find_raters(
    campaign: Campaign, names: set[str], may_create: bool
) -> tuple[dict[str, User], list[str]]:
    """(name in the file → user, names of the accounts that were made).

    A name is a user name, or the display name of one rater of the campaign. With `may_create`
    team members join the campaign, and unknown names become accounts that nobody can sign in to.

    Raises:
        BadFile: a user name belongs to somebody outside the team, or is too long for one.
    """
    found = _in_campaign(campaign, names)
    if not may_create:
        return found, []
    missing = sorted(names - found.keys())
    with transaction.atomic():
        made = [name for name in missing if _add(campaign, name, found)]
    return found, made


def _in_campaign(campaign: Campaign, names: set[str]) -> dict[str, User]:
    users = User.objects.filter(campaign_raters__campaign=campaign)
    by_name: dict[str, list[User]] = {}
    for user in users:
        by_name.setdefault(user.display_name, []).append(user)
    found = {name: rows[0] for name, rows in by_name.items() if name in names and len(rows) == 1}
    return found | {user.username: user for user in users if user.username in names}


def _add(campaign: Campaign, name: str, found: dict[str, User]) -> bool:
    """Join the campaign, with a new account where there is none; whether one was made."""
    user = User.objects.filter(username=name).first()
    is_new = user is None
    if user is None:
        if len(name) > NAME_LENGTH:
            raise BadFile(
                gettext_noop("The rater's name “%(name)s” is too long."), name=shown(name)
            )
        user = User(username=name, display_name=name[:80])
        user.set_unusable_password()
        user.save()
    elif not Membership.objects.filter(team=campaign.team_id, user=user).exists():
        raise BadFile(
            gettext_noop(
                "The user name “%(name)s” belongs to somebody outside the team: rename the rater."
            ),
            name=shown(name),
        )
    Membership.objects.get_or_create(team=campaign.team, user=user, role=Role.RATER)
    CampaignRater.objects.get_or_create(campaign=campaign, user=user)
    found[name] = user
    return is_new

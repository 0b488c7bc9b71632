"""Who the raters of a file are; those nobody knows are made when the lead says so."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from annotations.actions.judge_imported import Refusal
from annotations.formats.problems import shown
from annotations.models import Campaign, CampaignRater, Membership, Role, User

NAME_LENGTH = 150
UNKNOWN = gettext_noop(
    "“%(rater)s” does not rate in this campaign; the import adds new raters only if told to."
)


class Raters:
    """Names in a file → users.

    A name is a user name, or the display name of one rater of the campaign. With `may_create`
    team members join the campaign, and unknown names become accounts that nobody can sign in to;
    both only when a rating of theirs is stored (`join`). `joined` are those who came into the
    campaign, `created` those of them who got an account.
    """

    def __init__(self, campaign: Campaign, may_create: bool) -> None:
        self.joined: list[str] = []
        self.created: list[str] = []
        self._campaign, self._may_create = campaign, may_create
        self._joining: set[str] = set()
        self._found = _in_campaign(campaign)

    def named(self, name: str, line: int) -> User:
        """The rater of that name, not saved yet where an account would be made.

        Raises:
            Refusal: nobody has the name and nobody may be added, or it is somebody's elsewhere.
        """
        user = self._found.get(name)
        if user is None and self._may_create:
            user = self._found[name] = self._newcomer(name, line)
        if user is None:
            raise Refusal(line, UNKNOWN, rater=shown(name))
        return user

    def join(self, user: User, is_preview: bool) -> None:
        """Give the rater an account and a place in the campaign; the preview only notes it."""
        if user.username not in self._joining:
            return
        self._joining.discard(user.username)
        self.joined.append(user.username)
        if is_preview:
            return
        if user.pk is None:
            user.save()
            self.created.append(user.username)
        Membership.objects.get_or_create(team=self._campaign.team, user=user, role=Role.RATER)
        CampaignRater.objects.get_or_create(campaign=self._campaign, user=user)

    def _newcomer(self, name: str, line: int) -> User:
        user = User.objects.filter(username=name).first()
        if user is None:
            if len(name) > NAME_LENGTH:
                raise Refusal(
                    line, gettext_noop("The rater's name “%(name)s” is too long."), name=shown(name)
                )
            user = User(username=name, display_name=name[:80])
            user.set_unusable_password()
        elif not Membership.objects.filter(team=self._campaign.team_id, user=user).exists():
            raise Refusal(
                line,
                gettext_noop(
                    "The user name “%(name)s” belongs to somebody outside the team: rename the rater."
                ),
                name=shown(name),
            )
        self._joining.add(user.username)
        return user


def _in_campaign(campaign: Campaign) -> dict[str, User]:
    """Raters by display name where it is one rater's alone, then by user name."""
    users = User.objects.filter(campaign_raters__campaign=campaign)
    by_name: dict[str, list[User]] = {}
    for user in users:
        by_name.setdefault(user.display_name, []).append(user)
    found = {name: rows[0] for name, rows in by_name.items() if len(rows) == 1}
    return found | {user.username: user for user in users}

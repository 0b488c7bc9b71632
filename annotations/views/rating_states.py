"""What the rating page says when there is nothing to rate, and what to do then."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotations.actions.rater_progress import Progress
from annotations.actions.rater_training import Qualification, qualification
from annotations.actions.slots import LIVE, State
from annotations.models import Assignment, Campaign, CampaignRater


@dataclass(frozen=True)
class RatingState:
    code: str
    title: str
    sentences: list[str]
    may_look_again: bool = False


def state_of(place: CampaignRater) -> RatingState:
    """Why this rater has no item now. Every state says what happens next or whom to ask."""
    campaign = place.campaign
    if campaign.state != Campaign.State.RUNNING:
        return _resting(campaign)
    if place.state == CampaignRater.State.FAILED:
        return _failed(qualification(place))
    if place.state == CampaignRater.State.STOPPED:
        return RatingState(
            "stopped",
            _("You do not rate in this campaign any more"),
            [_("Your ratings are kept. Ask the lead if you think this is a mistake.")],
        )
    if place.state == CampaignRater.State.TRAINING:
        return RatingState(
            "training",
            _("The training is not ready yet"),
            [_("The lead still prepares practice items. Look again later, or ask the lead.")],
            may_look_again=True,
        )
    return _nothing_left(place)


def _resting(campaign: Campaign) -> RatingState:
    if campaign.state == Campaign.State.PAUSED:
        return RatingState(
            "paused",
            _("The campaign is paused"),
            [
                _("The lead has paused it. Ratings are taken again when it goes on."),
                _("What you entered last is kept as a draft and waits for you."),
            ],
            may_look_again=True,
        )
    if campaign.state == Campaign.State.CLOSED:
        return RatingState(
            "closed",
            _("The campaign is closed"),
            [_("No more ratings are taken. What you rated is kept and counted.")],
        )
    return RatingState(
        "draft",
        _("The campaign has not started"),
        [_("The lead is still preparing it. Look again later.")],
        may_look_again=True,
    )


def _failed(outcome: Qualification) -> RatingState:
    values = {"within": outcome.within, "items": outcome.items, "needed": outcome.needed}
    return RatingState(
        "failed",
        _("Not qualified this time"),
        [
            _(
                "%(within)d of %(items)d qualification items were within tolerance; %(needed)d are needed."
            )
            % values,
            _("Talk to the lead, who can go through the items with you and let you try again."),
        ],
    )


def _nothing_left(place: CampaignRater) -> RatingState:
    live = Assignment.objects.filter(campaign=place.campaign, kind__in=LIVE)
    if not live.exclude(state=State.SUBMITTED).exists():
        is_empty = not live.exists()
        title = _("There is nothing to rate yet") if is_empty else _("Everything is rated")
        sentence = (
            _("No items have been drawn into this campaign yet. Look again later.")
            if is_empty
            else _("Every item has all its ratings. The lead goes on from here.")
        )
        return RatingState("empty" if is_empty else "finished", title, [sentence], is_empty)
    has_rated = live.filter(rater=place.user_id, state=State.SUBMITTED).exists()
    return RatingState(
        "done",
        _("You have rated everything that is yours")
        if has_rated
        else _("Nothing to rate just now"),
        [
            _(
                "The rest is with other raters. If one of them gives an item back, it may come to you."
            ),
            _("Look again later."),
        ],
        may_look_again=True,
    )


def new_pass(place: CampaignRater, progress: Progress) -> Qualification | None:
    """The passed qualification, to be told before the first live item."""
    if place.state != CampaignRater.State.ACTIVE or progress.done:
        return None
    outcome = qualification(place)
    return outcome if outcome.items else None

"""What needs the lead now, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from annotations.actions.gold_training import is_ready, training_items
from annotations.actions.stuck_items import stuck_items
from annotations.campaign_numbers import RaterProgress, RatingRows
from annotations.models import Assignment, Campaign, CampaignRater
from annotations.models.appeal import open_appeals
from annotations.models.dispute import decided_items
from config.queue import is_queue_up, worker_count

MOST_NAMES = 4
DISPUTES = "agreement/#disputes"
AT_WORK = (CampaignRater.State.ACTIVE, CampaignRater.State.TRAINING)


class Matter(NamedTuple):
    """A sentence, and where to do something about it."""

    level: str
    sentence: str
    url: str = ""
    action: str = ""


def matters_of(
    campaign: Campaign, ratings: RatingRows, raters: Sequence[RaterProgress]
) -> list[Matter]:
    """Stuck items, raters away or not qualified, appeals, flagged and disputed items, the queue."""
    found = list(_queue())
    if campaign.state in (Campaign.State.RUNNING, Campaign.State.PAUSED):
        found += [*_stuck(campaign, raters), *_training(campaign, raters), *_away(raters)]
    return found + list(_judged(campaign, ratings))


def _queue() -> Iterator[Matter]:
    if not is_queue_up():
        yield Matter("error", _("The queue is down: imports and metrics wait. Rating and verdicts go on."))
    elif not worker_count():
        yield Matter("error", _("No worker is running: imports and metrics wait. Rating and verdicts go on."))


def _stuck(campaign: Campaign, raters: Sequence[RaterProgress]) -> Iterator[Matter]:
    if not any(r.place.state in AT_WORK for r in raters):
        yield Matter("error", _("Nobody is left to rate. Add raters."), "#raters", _("Add raters"))
        return
    count = stuck_items(campaign).count() if _may_be_stuck(campaign, raters) else 0
    if count:
        text = ngettext(
            "%(count)s item has an open rating that none of the raters may take.",
            "%(count)s items have open ratings that none of the raters may take.",
            count,
        )
        yield Matter("warning", text % {"count": count}, "#raters", _("Add raters"))


def _may_be_stuck(campaign: Campaign, raters: Sequence[RaterProgress]) -> bool:
    """A slot planned for somebody at work is not stuck; only where there are others is it worth
    the long look at every item."""
    at_work = [r.place.user_id for r in raters if r.place.state in AT_WORK]
    slots = Assignment.objects.filter(
        campaign=campaign, state=Assignment.State.OPEN, kind=Assignment.Kind.LIVE
    )
    planned_elsewhere = Q(planned_for=None) | ~Q(planned_for_id__in=at_work)
    return slots.filter(planned_elsewhere).exists()


def _training(campaign: Campaign, raters: Sequence[RaterProgress]) -> Iterator[Matter]:
    states = [rater.place.state for rater in raters]
    if CampaignRater.State.TRAINING in states:
        unready = sum(not is_ready(item) for item in training_items(campaign))
        if unready:
            text = ngettext(
                "Raters wait for their training: %(count)s practice or qualification item has no definitive scores.",
                "Raters wait for their training: %(count)s practice or qualification items have no definitive scores.",
                unready,
            )
            yield Matter("error", text % {"count": unready}, "gold/", _("Give the scores"))
    failed = [r.place for r in raters if r.place.state == CampaignRater.State.FAILED]
    if failed:
        text = _("Not qualified: %(names)s. Let them through or train them again.")
        yield Matter("warning", text % {"names": _names(failed)}, "gold/", _("Look at the training"))


def _away(raters: Sequence[RaterProgress]) -> Iterator[Matter]:
    away = [rater for rater in raters if rater.is_away]
    if away:
        left = sum(rater.left for rater in away)
        text = ngettext(
            "Away with %(count)s rating left: %(names)s.",
            "Away with %(count)s ratings left: %(names)s.",
            left,
        )
        values = {"count": left, "names": _names([rater.place for rater in away])}
        yield Matter("warning", text % values, "#raters", _("Look at the raters"))


def _names(places: Sequence[CampaignRater]) -> str:
    shown = pgettext("between names", ", ").join(str(place.user) for place in places[:MOST_NAMES])
    return shown + (" …" if len(places) > MOST_NAMES else "")


def _judged(campaign: Campaign, ratings: RatingRows) -> Iterator[Matter]:
    yield from _appeals(campaign)
    settled = decided_items(campaign)
    flagged = len(ratings.flagged_items - settled)
    if flagged:
        text = ngettext(
            "%(count)s item was flagged as impossible to judge.",
            "%(count)s items were flagged as impossible to judge.",
            flagged,
        )
        yield Matter("warning", text % {"count": flagged}, DISPUTES, _("Look at them"))
    disputed = len(ratings.disputed_items - settled)
    if disputed:
        text = ngettext(
            "On %(count)s item the ratings are 25 points or more apart.",
            "On %(count)s items the ratings are 25 points or more apart.",
            disputed,
        )
        yield Matter("info", text % {"count": disputed}, DISPUTES, _("Settle them"))


def _appeals(campaign: Campaign) -> Iterator[Matter]:
    count = len(open_appeals(campaign))
    if count:
        text = ngettext(
            "%(count)s appeal has no answer yet.", "%(count)s appeals have no answer yet.", count
        )
        yield Matter("warning", text % {"count": count}, DISPUTES, _("Answer them"))

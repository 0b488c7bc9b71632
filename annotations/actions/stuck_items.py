"""Items with an open slot that nobody is left to take; the lead decides what happens to them."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import F, QuerySet

from annotations.actions.slots import GONE, HAS_RATED, LIVE, State
from annotations.models import Assignment, Campaign, CampaignItem, CampaignRater, Rating, Skip

Question = tuple[str, str]


def stuck_items(campaign: Campaign) -> QuerySet[CampaignItem]:
    """Campaign items whose open live slots no rater of the campaign may take.

    A rater may take a slot unless stopped or not qualified, chosen for other subjects or
    questions, or having held, rated or skipped the item. What helps: fewer ratings for the
    item, another rater, or an adjudication.
    """
    questions = _open_questions(campaign)
    may = {question: _raters(campaign, question) for question in set(questions.values())}
    met = _met(campaign)
    stuck = [pk for pk, question in questions.items() if may[question] <= met[pk]]
    return CampaignItem.objects.filter(pk__in=stuck).select_related("item__question")


def _open_questions(campaign: Campaign) -> dict[int, Question]:
    """campaign item id → (school subject, question key) of items with an open live slot."""
    slots = Assignment.objects.filter(campaign=campaign, state=State.OPEN, kind__in=LIVE)
    rows = slots.annotate(
        subject=F("campaign_item__item__question__school_subject"),
        key=F("campaign_item__item__question__key"),
    ).values_list("campaign_item", "subject", "key")
    return {pk: (subject, key) for pk, subject, key in rows}


def _raters(campaign: Campaign, question: Question) -> set[int]:
    places = CampaignRater.objects.filter(campaign=campaign).exclude(state__in=GONE)
    return {place.user_id for place in places if place.marks(*question)}


def _met(campaign: Campaign) -> defaultdict[int, set[int]]:
    """campaign item id → who holds, has rated or has skipped it."""
    met: defaultdict[int, set[int]] = defaultdict(set)
    here = {"campaign_item__campaign": campaign}
    for rows in (
        Assignment.objects.filter(campaign=campaign, rater__isnull=False),
        Rating.objects.filter(campaign=campaign, state__in=HAS_RATED),
        Skip.objects.filter(**here),
    ):
        for item, rater in rows.values_list("campaign_item", "rater"):
            met[item].add(rater)
    return met

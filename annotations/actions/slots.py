"""Which open slots a rater may take, in the order in which they are offered.

Every function returns a lazy QuerySet of open assignments, best first, with the item, its
question and its rubric loaded as far as the rating screen shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotations.models import Assignment, CampaignRater, Rating, Skip

Kind, State = Assignment.Kind, Assignment.State
TRAINING = (Kind.PRACTICE, Kind.QUALIFICATION)
LIVE = (Kind.LIVE, Kind.SEED, Kind.REPEAT)
# A withdrawn rating is no opinion, so its item may come back; a returned one was sent back by
# a senior, and somebody else looks at it unless the slot is planned for the same rater again.
HAS_RATED = (Rating.State.CURRENT, Rating.State.SURPLUS, Rating.State.RETURNED)
GONE = (CampaignRater.State.FAILED, CampaignRater.State.STOPPED)

SHOWN = (
    "id", "campaign", "kind", "position", "state", "rater", "planned_for", "claimed_at",
    "lease_expires_at", "campaign_item__item__text", "campaign_item__item__has_images",
    "campaign_item__item__dataset",
    "campaign_item__item__question__key",
    "campaign_item__item__question__text", "campaign_item__item__question__reference",
    "campaign_item__item__question__context", "campaign_item__item__question__full_mark",
    "campaign_item__item__question__step", "campaign_item__item__question__scoring_points",
    "campaign_item__rubric__kind", "campaign_item__rubric__created_at",
    "campaign_item__rubric__state",
)  # fmt: skip


def shown() -> QuerySet[Assignment]:
    """Assignments with what the rating screen shows of their items, and nothing else."""
    related = ("campaign_item__item__question", "campaign_item__rubric")
    return Assignment.objects.select_related(*related).only(*SHOWN)


def offers(place: CampaignRater, after: int = 0) -> Iterator[QuerySet[Assignment]]:
    """The tiers of a claim, best first.

    `after` is the position at which the rater works. Looking ahead of it first spares a fast
    rater a walk over all the slots of items that he has rated and others have not yet.
    """
    if place.state == CampaignRater.State.TRAINING:
        yield training_slots(place)
    if place.state != CampaignRater.State.ACTIVE:
        return
    yield planned_slots(place)
    for pool in pools(place):
        if after:
            yield pool.filter(position__gte=after)
        yield pool


def training_slots(place: CampaignRater) -> QuerySet[Assignment]:
    """My practice, then my qualification."""
    mine = _open(place).filter(planned_for_id=place.user_id, kind__in=TRAINING)
    return mine.order_by("kind", "position", "id")


def planned_slots(place: CampaignRater) -> QuerySet[Assignment]:
    """What the assignment design gave me. A repeat is meant to be met twice."""
    mine = _open(place).filter(planned_for_id=place.user_id, kind__in=LIVE)
    return mine.filter(
        Q(kind=Kind.REPEAT) | _is_new(place.user_id, but=(Rating.State.RETURNED,))
    ).order_by("position", "id")


def pools(place: CampaignRater) -> Iterator[QuerySet[Assignment]]:
    """Slots planned for nobody; then those of raters who are away."""
    fresh = eligible(_open(place).filter(kind__in=(Kind.LIVE, Kind.SEED)), place)
    fresh = fresh.filter(_is_new(place.user_id)).order_by("position", "id")
    yield fresh.filter(planned_for__isnull=True)
    if place.campaign.help_after_hours == 0:
        yield fresh
        return
    for rater_id in away_raters(place):
        yield fresh.filter(planned_for_id=rater_id)


def away_raters(place: CampaignRater) -> list[int]:
    """Whose planned slots others may take: gone for good, or not seen for long enough."""
    others = CampaignRater.objects.filter(campaign=place.campaign).exclude(pk=place.pk)
    is_away = Q(state__in=GONE)
    hours = place.campaign.help_after_hours
    if hours is not None:
        others = others.annotate(seen=Coalesce(F("last_seen_at"), F("joined_at")))
        is_away |= Q(seen__lt=timezone.now() - timedelta(hours=hours))
    return list(others.filter(is_away).order_by("id").values_list("user_id", flat=True))


def eligible(slots: QuerySet[Assignment], place: CampaignRater) -> QuerySet[Assignment]:
    """Only the school subjects and questions that this rater marks."""
    question = "campaign_item__item__question__"
    if place.school_subjects:
        slots = slots.filter(**{f"{question}school_subject__in": place.school_subjects})
    if place.question_keys:
        slots = slots.filter(**{f"{question}key__in": place.question_keys})
    return slots


def _open(place: CampaignRater) -> QuerySet[Assignment]:
    return shown().filter(campaign_id=place.campaign_id, state=State.OPEN)


def _is_new(rater_id: int, but: tuple[str, ...] = ()) -> Q:
    """The rater neither holds nor has rated nor has skipped the slot's item."""
    same = {"campaign_item": OuterRef("campaign_item"), "rater_id": rater_id}
    states = [state for state in HAS_RATED if state not in but]
    return (
        ~Q(Exists(Assignment.objects.filter(**same)))
        & ~Q(Exists(Rating.objects.filter(**same, state__in=states)))
        & ~Q(Exists(Skip.objects.filter(**same)))
    )

"""When a rater was last at work; others may help with the slots of one who is away."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from annotations.models import CampaignRater

# A minute is exact enough for "away for hours" and spares a write on every rating.
EXACTNESS = timedelta(minutes=1)


def note_seen(place: CampaignRater) -> None:
    now = timezone.now()
    if place.last_seen_at is None or now - place.last_seen_at > EXACTNESS:
        CampaignRater.objects.filter(pk=place.pk).update(last_seen_at=now)
        place.last_seen_at = now

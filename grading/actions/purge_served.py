"""Deleting served answers that nobody needs any more.

Needed are answers that people mark or have marked (they have an item) and those of which somebody has said
something. Of the others only numbers stay: the hours, and how many there were, since the audit speaks for
them too.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from grading.models import Deployment, Feedback, Grader, ServedAnswer, ServedRequest

BATCH = 1000  # answers a transaction: others write in between
MOST_BATCHES = 100  # an hour; the rest is left to the next one


def purge_served(grader: Grader, now: datetime | None = None) -> None:
    """Delete what is older than the grader keeps it. A batch whose worker is killed is done by the next one."""
    if not grader.keep_days:
        return
    before = (now or timezone.now()) - timedelta(days=grader.keep_days)
    for _batch in range(MOST_BATCHES):
        if _purge_some(grader, before) < BATCH:
            break


@transaction.atomic
def _purge_some(grader: Grader, before: datetime) -> int:
    """How many answers it found, at most BATCH."""
    locked = _unneeded(grader, before).select_for_update(of=("self",), skip_locked=True)
    rows = dict(locked.values_list("pk", "request")[:BATCH])
    # Whoever gives feedback holds the answer: from here on none can come in between.
    said = set(Feedback.objects.filter(answer__in=rows).values_list("answer", flat=True))
    gone = ServedAnswer.objects.filter(pk__in=rows.keys() - said)
    _count(gone)
    gone.delete()
    _forget_requests(set(rows.values()))
    return len(rows)


def _unneeded(grader: Grader, before: datetime) -> QuerySet[ServedAnswer]:
    old = ServedAnswer.objects.filter(request__grader=grader, request__created_at__lt=before)
    return old.filter(item=None, is_audited=False, feedback=None).order_by("pk")


def _count(gone: QuerySet[ServedAnswer]) -> None:
    """Those with a mark were drawn from for the audit."""
    marked = gone.filter(mark__isnull=False).order_by()
    for deployment, number in Counter(marked.values_list("request__deployment", flat=True)).items():
        Deployment.objects.filter(pk=deployment).update(purged=F("purged") + number)


def _forget_requests(pks: set[int]) -> None:
    """A request without answers is no more. One that has kept some gives up its key, under which it could
    not say again what it said."""
    rows = ServedRequest.objects.filter(pk__in=pks)
    rows.filter(answers=None).delete()
    rows.exclude(idempotency_key="").update(idempotency_key="")

"""The peer of the rating loop: the barest authenticated Django view that writes the same rows.

Same middleware, session, CSRF check, connection and pragmas; one transaction; raw SQL through a
cursor; no checks of the rating, no rubric, no template.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

FINISH = "UPDATE annotations_assignment SET state='submitted', lease_expires_at=NULL WHERE id=%s AND rater_id=%s AND state='claimed'"
RATE = """INSERT INTO annotations_rating (campaign_id, campaign_item_id, assignment_id, rater_id, kind,
  state, revision, submission_key, composite, is_vetoed, flag_reason, note, active_seconds, created_at)
  SELECT campaign_id, campaign_item_id, id, %s, kind, 'current', 1, %s, 0.7, false, '', '', %s, %s
  FROM annotations_assignment WHERE id=%s"""
SCORE = "INSERT INTO annotations_criterionscore (rating_id, criterion_id, value) VALUES (%s,%s,%s),(%s,%s,%s),(%s,%s,%s)"
NEXT = """SELECT a.id, i.text FROM annotations_assignment a
  JOIN annotations_campaignitem c ON c.id=a.campaign_item_id JOIN annotations_item i ON i.id=c.item_id
  WHERE a.campaign_id=%s AND a.planned_for_id=%s AND a.state='open' ORDER BY a.position LIMIT 1"""
FROM_POOL = NEXT.replace(
    "a.planned_for_id=%s",
    "a.planned_for_id IS NULL AND NOT EXISTS (SELECT 1 FROM annotations_assignment b"
    " WHERE b.campaign_item_id=a.campaign_item_id AND b.rater_id=%s)",
)
CLAIM = "UPDATE annotations_assignment SET state='claimed', rater_id=%s, claimed_at=%s, lease_expires_at=%s WHERE id=%s AND state='open'"


@require_POST
def bare(request: HttpRequest) -> HttpResponse:
    post, rater, now = request.POST, request.user.pk, timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FINISH, [post["assignment"], rater])
        key = uuid.UUID(post["submission_key"]).hex
        cursor.execute(RATE, [rater, key, post["active_seconds"], now, post["assignment"]])
        cursor.execute(SCORE, _scores(cursor.lastrowid, post))
        cursor.execute(FROM_POOL if post["plan"] == "pool" else NEXT, [post["campaign"], rater])
        found = cursor.fetchone()
        if found:
            cursor.execute(CLAIM, [rater, now, now + timedelta(minutes=30), found[0]])
    return HttpResponse(f'<article data-item="{found[0]}">{found[1]}</article>' if found else "")


def _scores(rating_id: int | None, post: dict[str, str]) -> list[object]:
    criteria = post["criteria"].split(",")
    values = [post["score:c1"], post["score:c2"], post["score:c3"]]
    return [part for pair in zip(criteria, values, strict=True) for part in (rating_id, *pair)]


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]

"""The four writes of every rating, as SQL: the ORM would take longer than the database does."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from annotations.models import Assignment, CriterionScore, Rating

_SLOT, _RATING, _SCORE = (m._meta.db_table for m in (Assignment, Rating, CriterionScore))
_FINISH = f"UPDATE {_SLOT} SET state = 'submitted', lease_expires_at = NULL WHERE id = %s AND state = 'claimed' AND rater_id = %s"
_TAKE = f"UPDATE {_SLOT} SET state = 'claimed', rater_id = %s, claimed_at = %s, lease_expires_at = %s WHERE id = %s AND state = 'open'"
_COLUMNS = (
    "campaign_id", "campaign_item_id", "assignment_id", "rater_id", "kind", "state", "revision",
    "submission_key", "composite", "mark", "is_vetoed", "flag_reason", "note", "active_seconds",
    "created_at",
)  # fmt: skip
_INSERT = f"INSERT INTO {_RATING} ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))}) RETURNING id"


def finish_slot(assignment_id: int, rater_id: int) -> bool:
    """Claimed by this rater → submitted. False when the rater does not hold it (any more)."""
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, [assignment_id, rater_id])
        return bool(cursor.rowcount == 1)


def take_slot(assignment_id: int, rater_id: int, now: datetime, lease: datetime) -> bool:
    """Open → claimed. False when somebody else was quicker."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [rater_id, _moment(now), _moment(lease), assignment_id])
        return bool(cursor.rowcount == 1)


def insert_rating(*, submission_key: UUID, **values: Any) -> int:
    """One row of ratings, `values` by column; its id."""
    values["created_at"] = _moment(timezone.now())
    is_native = connection.features.has_native_uuid_field
    values["submission_key"] = submission_key if is_native else submission_key.hex
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [values[name] for name in _COLUMNS])
        return int(cursor.fetchone()[0])


def insert_scores(rating_id: int, scores: dict[int, float]) -> None:
    """`scores`: criterion id → value."""
    if not scores:
        return
    rows = ", ".join(["(%s, %s, %s)"] * len(scores))
    params = [part for pair in scores.items() for part in (rating_id, *pair)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_SCORE} (rating_id, criterion_id, value) VALUES {rows}", params
        )


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)

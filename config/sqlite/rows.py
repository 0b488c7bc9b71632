"""What SQLite should know of its tables."""

from __future__ import annotations

from django.db import connection, transaction


def count_rows() -> None:
    """SQLite chooses its way through the tables by what it last counted of them, and never counts by itself:
    with 400,000 served answers and no counts the page of two feedbacks took three seconds. A look at some hundred
    rows of every index is enough. PostgreSQL does it alone."""
    if connection.vendor == "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit=400")
            cursor.execute("ANALYZE")

"""SQLite knows how large its tables are, and plans by it."""

from __future__ import annotations

import pytest
from django.db import connection

from annotations.models import Team
from config.sqlite.rows import count_rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
def test_the_rows_of_a_table_are_known_afterwards() -> None:
    Team.objects.bulk_create(Team(name=f"{n}", slug=f"t{n}") for n in range(150))
    count_rows()
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'annotations_team'")
        known = [row[0].split()[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE sqlite_stat1")  # the next test's tables are empty again
    assert set(known) == {"150"}

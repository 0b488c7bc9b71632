"""From nothing, the migrations make the very tables that the models, and all other tests, have."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from config.paths import BASE

ALIAS = "migrated"
OURS = ("annotations_", "grading_")
pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def migrated(tmp_path: Path, settings, django_db_blocker) -> Iterator[BaseDatabaseWrapper]:
    settings.MIGRATION_MODULES = {}
    name = str(tmp_path / "own.sqlite3") if connection.vendor == "sqlite" else f"migrated_{os.getpid()}"
    values = {**connection.settings_dict, "TEST": {**connection.settings_dict["TEST"], "NAME": name}}
    connections.settings[ALIAS] = values
    made = connections[ALIAS]
    before = made.settings_dict["NAME"]
    with django_db_blocker.unblock():
        made.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        yield made
        made.creation.destroy_test_db(before, verbosity=0)
    del connections[ALIAS], connections.settings[ALIAS]


def named() -> set[str]:
    """What has a name of our own; the database makes up the other names."""
    metas = [model._meta for model in apps.get_models()]
    return {bond.name for meta in metas for bond in (*meta.constraints, *meta.indexes)}


def in_order(bond: dict[str, Any]) -> dict[str, Any]:
    """A check looks at its columns in the order in which they came to the table; it means nothing."""
    return {**bond, "columns": sorted(bond["columns"])} if bond["check"] else bond


def tables(database: BaseDatabaseWrapper) -> dict[str, Any]:
    """What each table consists of: columns with their types, and everything that binds them."""
    look, ours = database.introspection, named()
    with database.cursor() as cursor:
        return {
            table: {
                "columns": {str(column[:7]) for column in look.get_table_description(cursor, table)},
                "bonds": {
                    f"{name if name in ours else ''} {in_order(bond)}"
                    for name, bond in look.get_constraints(cursor, table).items()
                },
            }
            for table in look.table_names(cursor)
            if table.startswith(OURS)
        }


def test_an_empty_database_migrates_to_the_tables_of_the_models(migrated: BaseDatabaseWrapper) -> None:
    by_migrations, by_models = tables(migrated), tables(connection)
    assert len(by_models) > 50
    assert by_migrations.keys() == by_models.keys()
    columns, bonds = differences(by_migrations, by_models)
    assert (columns, bonds) == ({}, {})


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[dict[str, list]]:
    """Table → what only one of the two has, for columns and for bonds."""
    return [
        {table: sorted(one[table][what] ^ other[table][what]) for table in one if one[table][what] != other[table][what]}
        for what in ("columns", "bonds")
    ]


def test_a_command_on_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "CONCORD_VAR": str(tmp_path), "DATABASE_URL": ""}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "manage.py", "training_set", "list"]
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The database is empty.")
    assert "Traceback" not in done.stderr

#!/usr/bin/env python
"""Concord's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError, connection

    try:
        execute_from_command_line(sys.argv)
    except DatabaseError:
        if "django_migrations" in connection.introspection.table_names():
            raise
        sys.exit("The database is empty. Open Concord once (make run), or make its tables: manage.py migrate")

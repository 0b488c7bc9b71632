"""What gunicorn starts: Django's models first, then the application, and the versions in service."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable

import django


def application() -> Callable[..., Iterable[bytes]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from grading.service import app

    threading.Thread(target=app.preload, daemon=True).start()
    return app.application

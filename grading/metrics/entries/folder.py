"""Where one's own metrics and rules lie."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def metrics_folder() -> Path | None:
    """CONCORD_METRICS, or None where Concord is used as a library without settings.

    Only whoever runs the machine can put a file there, so what lies in it is trusted.
    """
    return Path(settings.METRICS_DIR) if settings.configured else None

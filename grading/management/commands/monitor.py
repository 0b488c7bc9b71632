"""The hourly look, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from grading.monitor_jobs import look_after_service, monitor_graders


class Command(BaseCommand):
    help = "Looks at every grader in service now, as the clock does each hour, and tells of alarms."

    def handle(self, *args: Any, **options: Any) -> None:
        look_after_service()
        monitor_graders()

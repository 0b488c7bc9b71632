"""The hourly look, now."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from grading.models import Alarm, Grader
from grading.monitor_jobs import look_after_service, monitor_graders


class Command(BaseCommand):
    help = (
        "Looks at every grader in service now, as the clock does each hour, and tells of alarms. One line of JSON "
        "says how many graders were looked at and how many alarms go on."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        look_after_service()
        monitor_graders()
        looked_at = Grader.objects.filter(deployments__isnull=False).distinct().count()
        told = {"graders": looked_at, "alarms": Alarm.objects.filter(cleared_at=None).count()}
        self.stdout.write(json.dumps(told))

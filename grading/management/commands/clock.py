"""The clock: queues for the workers what is due."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Queues what is due by the clock (grading/clock.py); one on all hosts together is enough."

    def handle(self, *args: Any, **options: Any) -> None:
        from django_rq.cron import DjangoCronScheduler

        scheduler = DjangoCronScheduler(logging_level="WARNING")  # type: ignore[arg-type]
        scheduler.load_config_from_file("grading.clock")
        scheduler.start()

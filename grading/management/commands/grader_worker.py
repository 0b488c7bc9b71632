"""The worker that trains and marks."""

from __future__ import annotations

import os
from typing import Any

import django_rq
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from rq import SimpleWorker

from config.queue import GRADERS

NICE = 10


class GraderWorker(SimpleWorker):
    """Between two jobs hours may pass: a connection that the database has closed is opened anew."""

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        close_old_connections()
        return super().perform_job(*args, **kwargs)


class Command(BaseCommand):
    help = (
        "Works on fine-tunings, grading runs and what trained generators answer. It does not fork for each job, so torch is imported "
        "once; it runs at low priority with one thread less than there are cores (GRADER_THREADS), so "
        "that raters do not feel it. What a killed worker left is taken up again at the start."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--burst", action="store_true", help="end when nothing is left to do")

    def handle(self, *args: Any, **options: Any) -> None:
        threads = os.environ.get("GRADER_THREADS") or str(max(1, (os.cpu_count() or 2) - 1))
        for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ[name] = threads  # read when the libraries are first imported
        os.nice(NICE)
        from grading.grader_jobs import take_up_again

        queue = django_rq.get_queue(GRADERS)
        take_up_again()
        GraderWorker([queue], connection=queue.connection).work(burst=options["burst"], logging_level="WARNING")

"""What every piece of long work shows: step, count, speed, time left, cancel."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LongWork(models.Model):
    """Progress of a job, kept in the database so that closing the page loses nothing."""

    class State(models.TextChoices):
        DRAFT = "draft", _("not started")
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Step(models.TextChoices):
        ITEMS = "items", _("storing the items")
        RATINGS = "ratings", _("storing the ratings")
        VALUES = "values", _("value by value")
        TOTALS = "totals", _("totals of each candidate")
        DRAWING = "drawing", _("drawing the sample and planning the work")
        WRITING = "writing", _("writing items and slots")
        OPENING = "opening", _("opening the work")
        BASELINE = "baseline", _("training the classical grader beside it")
        LEARNING = "learning", _("learning")
        MEASURING = "measuring", _("measuring on what it has not seen")
        GRADING = "grading", _("marking the answers")

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    step = models.CharField(max_length=120, choices=Step.choices, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)
    is_cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int | None:
        return None if not self.total else min(100, round(100 * self.done / self.total))

    @property
    def done_before(self) -> int:
        """Units that an earlier run had done by `started_at`: work that is taken up again says how many."""
        return 0

    @property
    def per_second(self) -> float | None:
        """Units done per second since the start; None before anything is done."""
        done = self.done - self.done_before
        if not self.started_at or done <= 0:
            return None
        seconds = ((self.finished_at or timezone.now()) - self.started_at).total_seconds()
        return done / seconds if seconds > 0 else None

    @property
    def seconds_each(self) -> float | None:
        """Of a unit, for work that does less than one a second."""
        return 1 / self.per_second if self.per_second else None

    @property
    def seconds_left(self) -> int | None:
        speed = self.per_second
        if not speed or not self.total or not self.is_active:
            return None
        return max(0, round((self.total - self.done) / speed))

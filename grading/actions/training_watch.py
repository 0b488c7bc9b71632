"""What a fine-tuning tells the page while it runs, and how it hears that it shall stop."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from grading.backends.papers import Floats, Grader, Paper
from grading.backends.progress import Cancelled, Point
from grading.models import FineTuning, TrainingPoint

LISTEN_EVERY = 1.0
PARTS = {"classical": 200, "encoder": 200, "generator": 16}  # papers between two signs of life
DRAW_EVERY = 0.5
"""Seconds between two points of the training loss; a small model makes dozens of steps a second."""
CURVE = ("epoch", "loss", "accuracy", "qwk", "examples_per_second", "seconds_left")


@dataclass
class TrainingWatch:
    """Writes steps and points of one run as its worker; a run that another worker took is left alone."""

    run: FineTuning
    _heard_at: float = field(default=0.0, init=False)
    _drawn_at: float = field(default=0.0, init=False)
    _is_cancelled: bool = field(default=False, init=False)

    def step(self, step: str) -> None:
        self._update(step=step)
        if self.is_cancelled():
            raise Cancelled

    def beat(self) -> None:
        self._update()
        if self.is_cancelled():
            raise Cancelled

    def point(self, point: Point) -> None:
        """A step that is trained again after a kill replaces its point."""
        now = time.monotonic()
        if point.split == "train":
            if now - self._drawn_at < DRAW_EVERY and point.step < point.steps:
                return
            self._drawn_at = now
        told = point.to_json()
        TrainingPoint.objects.update_or_create(
            fine_tuning=self.run,
            split=point.split,
            step=point.step,
            defaults={name: told[name] for name in CURVE},
        )
        self._update(done=point.step, total=point.steps)

    def is_cancelled(self) -> bool:
        """Asked for by whoever watches; the answer is a second old at most."""
        now = time.monotonic()
        if not self._is_cancelled and now - self._heard_at > LISTEN_EVERY:
            self._heard_at = now
            self._update()
            self._is_cancelled = not self._mine().filter(is_cancel_requested=False).exists()
        return self._is_cancelled

    def _update(self, **changes: object) -> None:
        self._mine().update(beat_at=timezone.now(), **changes)

    def _mine(self):  # type: ignore[no-untyped-def]
        return FineTuning.objects.filter(
            pk=self.run.pk, state=FineTuning.State.RUNNING, started_at=self.run.started_at
        )


@dataclass(frozen=True)
class WatchedGrader:
    """A grader of some kind that is asked part by part, with a sign of life between: a large network takes
    minutes."""

    grader: Grader
    watch: TrainingWatch
    kind: str

    def probabilities(self, papers: Sequence[Paper]) -> list[Floats]:
        found: list[Floats] = []
        size = PARTS[self.kind]
        for start in range(0, len(papers), size):
            self.watch.beat()
            found += self.grader.probabilities(papers[start : start + size])
        return found

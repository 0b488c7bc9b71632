"""The work of a grading run: batches of items of like length, each stored in one transaction."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from annotations.models import AutomaticScore, Item
from grading.actions import run_life
from grading.backends.papers import Paper
from grading.backends.trained import Graded, TrainedGrader
from grading.backends.version_missing import reading_version
from grading.grader_data import asked_of
from grading.models import GradingRun, ItemGrade, ModelVersion

BATCH = 256
SLOW_BATCH = 16  # of a generator, so that signs of life come often enough
Step = GradingRun.Step
Kind = ModelVersion.Kind


def carry_out_grading_run(run: GradingRun) -> None:
    """Mark what has no grade of this run yet. Raises run_life.Cancelled, VersionMissing, OutOfMemory."""
    grader = _loaded(run.version.folder)
    left = _left(run)
    _count_anew(run, len(left))
    began = time.perf_counter()
    size = SLOW_BATCH if run.version.kind == Kind.GENERATOR else BATCH
    for start in range(0, len(left), size):
        if run_life.beat(run):
            raise run_life.Cancelled
        _mark(run, grader, left[start : start + size])
    _measure(run, len(left), time.perf_counter() - began)


def _left(run: GradingRun) -> list[int]:
    """Items without a grade, the longest first, so that a batch has answers of like length."""
    rows = run.dataset.items.exclude(pk__in=run.grades.values("item_id"))
    return list(rows.order_by(Length("text").desc(), "pk").values_list("pk", flat=True))


def _count_anew(run: GradingRun, left: int) -> None:
    """What an earlier worker did is counted from what is stored."""
    run.done = run.done_before = run.grades.count()
    run.skipped = run.grades.filter(is_skipped=True).count()
    run.total = run.done + left
    run.save(update_fields=["done", "done_before", "skipped", "total"])


def _mark(run: GradingRun, grader: TrainedGrader, ids: list[int]) -> None:
    items = list(Item.objects.filter(pk__in=ids).select_related("question"))
    found = grader.grade([Paper(asked_of(item.question), item.text) for item in items])
    with transaction.atomic():
        _store_scores(run, items, found)
        ItemGrade.objects.bulk_create(
            [_grade(run, item, one) for item, one in zip(items, found, strict=True)]
        )
        skipped = sum(one is None for one in found)
        GradingRun.objects.filter(pk=run.pk).update(
            done=run.done + len(items),
            skipped=run.skipped + skipped,
            step=Step.GRADING,
            beat_at=timezone.now(),
        )
    run.done += len(items)
    run.skipped += skipped


def _grade(run: GradingRun, item: Item, found: Graded | None) -> ItemGrade:
    if found is None:
        return ItemGrade(run=run, item=item, is_skipped=True)
    probabilities = {f"{mark:g}": round(p, 4) for mark, p in found.probabilities.items()}
    neighbours = [
        {"answer": answer, "mark": mark, "likeness": round(likeness, 3)}
        for answer, mark, likeness in found.neighbours
    ]
    return ItemGrade(run=run, item=item, probabilities=probabilities, neighbours=neighbours)


def _store_scores(run: GradingRun, items: list[Item], found: list[Graded | None]) -> None:
    """What an earlier run of the version said of these items is replaced."""
    scorers = run.version.scorer_id, run.version.confidence_scorer_id
    fresh = [
        AutomaticScore(item=item, scorer_id=scorer, value=value)
        for item, one in zip(items, found, strict=True)
        if one is not None
        for scorer, value in zip(scorers, (one.mark, one.confidence), strict=True)
    ]
    AutomaticScore.objects.filter(scorer__in=scorers, item__in=items, criterion="").delete()
    AutomaticScore.objects.bulk_create(fresh, batch_size=500)


def _measure(run: GradingRun, answers: int, seconds: float) -> None:
    """Of what this worker did; an earlier worker's share keeps what it took."""
    before = run.measures.get("seconds", 0.0), run.measures.get("answers", 0)
    seconds, answers = before[0] + seconds, before[1] + answers
    run.measures = {
        "seconds": seconds, "answers": answers, "answers_per_second": answers / max(seconds, 1e-9)
    }  # fmt: skip
    GradingRun.objects.filter(pk=run.pk).update(measures=run.measures)


def _loaded(folder: Path) -> TrainedGrader:
    """Kept in memory between runs. Raises VersionMissing."""
    with reading_version(folder):
        return _kept(folder)


@lru_cache(maxsize=2)
def _kept(folder: Path) -> TrainedGrader:
    return TrainedGrader.load(folder)

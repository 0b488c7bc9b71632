"""Selective grading of a campaign: its calibration set, the threshold, and what follows from it.

The calibration set is the campaign's sample. The proof needs it to be drawn evenly and to be
complete: an answer about which people differ and nobody has decided counts as wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotations.models import Item
from grading.exam_data import ExamData, Flags, Floats, Ints, aligned, scores_named
from grading.methods.bar_standing import Standing, standing, wrong_marks
from grading.methods.exam_guarantee import Bar
from grading.methods.marking_ways import Marked, with_machine
from grading.methods.selective import Acceptance, acceptance_threshold, split, thresholds

MOST_UNEVEN = 1.1  # largest ÷ smallest probability: what rounding a proportional sample makes of it


@dataclass(frozen=True)
class Calibration:
    """machine, confidence, wrong: (n,) on the sample; NaN where unknown. frame, frame_machine,
    frame_confidence: (N,) over the whole dataset."""

    data: ExamData
    machine: Floats
    confidence: Floats
    wrong: Floats
    frame: Ints
    frame_machine: Floats
    frame_confidence: Floats

    @property
    def problem(self) -> str:
        """Why nothing can be proven on this sample: "no_sample", "no_confidence", "uneven",
        "unfinished" or ""."""
        chances = self.data.probability
        if not len(self.data):
            return "no_sample"
        if not np.isfinite(self.frame_confidence).any():
            return "no_confidence"
        if not np.isfinite(chances).all() or chances.max() > MOST_UNEVEN * chances.min():
            return "uneven"
        return "unfinished" if self.data.unfinished.any() else ""


@dataclass(frozen=True)
class Point:
    """One threshold on the curve; None accepts nothing."""

    threshold: float | None
    coverage: float
    effort: float
    wrong_accepted: float | None
    error: float | None


@dataclass(frozen=True)
class Selective:
    """accepted: (N,) over the dataset; marked, standing: the marks of record on the sample."""

    acceptance: Acceptance
    accepted: Flags
    marked: Marked
    standing: Standing


def calibration(data: ExamData, machine: str, confidence: str, tolerance: float) -> Calibration:
    rows = Item.objects.filter(dataset_id=data.campaign.dataset_id).order_by("position", "pk")
    frame = np.array(list(rows.values_list("pk", flat=True)), dtype=np.int64)
    marks, sure = scores_named(data.campaign, machine), scores_named(data.campaign, confidence)
    sure = {pk: value for pk, value in sure.items() if pk in marks}  # nothing to accept without
    own = aligned(marks, data.item)
    wrong = np.where(data.disputed, 1.0, wrong_marks(own, data.definitive, tolerance))
    is_known = np.isfinite(own) & (np.isfinite(data.definitive) | data.disputed)
    return Calibration(
        data,
        own,
        aligned(sure, data.item),
        np.where(is_known, wrong, np.nan),
        frame,
        aligned(marks, frame),
        aligned(sure, frame),
    )


def selective(
    found: Calibration, bar: Bar, *, part: str, alpha: float, delta: float
) -> Selective | None:
    """The threshold and what follows; None where the sample proves nothing (see `problem`)."""
    if found.problem:
        return None
    acceptance = acceptance_threshold(
        found.confidence, found.wrong, alpha=alpha, delta=delta, frame=found.frame_confidence
    )
    marked = _marked(found, split(acceptance, found.confidence).accepted, bar, part)
    return Selective(
        acceptance,
        split(acceptance, found.frame_confidence).accepted,
        marked,
        standing(marked.marks, found.data.definitive, bar, found.data.paper, found.data.weight),
    )


def sure_answers(
    found: Calibration, bar: Bar, *, part: str, alpha: float, delta: float
) -> Flags | None:
    """(n,) on the sample, where the machine is sure enough; None where nothing is proven."""
    result = selective(found, bar, part=part, alpha=alpha, delta=delta)
    if result is None or result.acceptance.threshold is None:
        return None
    return split(result.acceptance, found.confidence).accepted


def curve(found: Calibration, bar: Bar, part: str) -> list[Point]:
    """Error of the marks of record against human markings, from nothing accepted to everything."""
    nothing = np.zeros(len(found.data), dtype=bool)
    points = [_point(found, None, nothing, bar, part)]
    for threshold in thresholds(found.frame_confidence):
        points.append(_point(found, float(threshold), found.confidence >= threshold, bar, part))
    return points


def _point(
    found: Calibration, threshold: float | None, accepted: Flags, bar: Bar, part: str
) -> Point:
    marked = _marked(found, accepted, bar, part)
    wrong = found.wrong[accepted]
    wrong = wrong[np.isfinite(wrong)]
    return Point(
        threshold,
        float(accepted.mean()),
        marked.effort,
        float(wrong.mean()) if len(wrong) else None,
        standing(marked.marks, found.data.definitive, bar, weight=found.data.weight).error,
    )


def _marked(found: Calibration, accepted: Flags, bar: Bar, part: str) -> Marked:
    """The marks of record where one person marks what the machine does not."""
    data = found.data
    sure: Flags = accepted & np.isfinite(found.machine)
    return with_machine(
        part, found.machine, sure, data.pair[:, 0], data.definitive,
        tolerance=bar.tolerance, step=data.step,
    )  # fmt: skip

"""The training of one version: the classical grader beside it, the network, calibration, measures, files."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from config.paths import VAR
from grading.actions.grader_baselines import Told, baselines
from grading.actions.training_watch import TrainingWatch, WatchedGrader
from grading.backends.classical import ClassicalGrader
from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.papers import Floats, Grader, Paper, expected_marks, marks_of
from grading.backends.trained import Calibration, TrainedGrader, raw_confidence
from grading.grader_data import LearningRows, Part, learning_rows, step_of
from grading.lineage import lineage_of
from grading.methods.grader_measures import Figures, figures, mean_qwk
from grading.methods.mark_calibration import LEAST_FOR_ISOTONIC, isotonic, temperature, tempered
from grading.models import FineTuning, ModelVersion

Step = FineTuning.Step
Kind = ModelVersion.Kind
LEAST_TO_CALIBRATE = 30


def carry_out_fine_tuning(run: FineTuning) -> None:
    """From where an earlier worker stopped.

    Raises:
        Cancelled; SettingsProblem, BaseModelMissing, OutOfMemory (of the backend); DamagedSet, OSError.
    """
    version, watch = run.version, TrainingWatch(run)
    rows = learning_rows(version.training_set)
    watch.step(Step.BASELINE)
    began = time.perf_counter()
    classical = ClassicalGrader().fit(rows.parts["train"].papers)
    record: dict[str, Any] = {"training_seconds": time.perf_counter() - began}
    backend: Grader = classical
    if version.kind == Kind.ENCODER:
        watch.step(Step.LEARNING)
        backend, record = _encoder(run, rows, watch)
    watch.step(Step.MEASURING)
    watched, knows_all = WatchedGrader(backend, watch), backend is not classical
    calibration = calibrated(watched, rows.parts["validation"].papers)
    held = rows.parts["test"] if rows.parts["test"].papers else rows.parts["validation"]
    parts = classical, calibration, rows.questions
    measured = TrainedGrader(watched, *parts, knows_all=knows_all)
    told = [_told("this", measured, held), *baselines(version, classical, held, watch)]
    trained = TrainedGrader(backend, *parts, knows_all=knows_all)
    watch.beat()
    _keep(version, trained, held, told, record)
    shutil.rmtree(_workplace(run), ignore_errors=True)


def _encoder(
    run: FineTuning, rows: LearningRows, watch: TrainingWatch
) -> tuple[EncoderGrader, dict[str, Any]]:
    grader = EncoderGrader.fit(
        rows.parts["train"].papers,
        rows.parts["validation"].papers,
        EncoderSettings.from_json(run.version.hyper_parameters),
        _workplace(run),
        watch.point,
        watch.is_cancelled,
    )
    return grader, grader.record


def _workplace(run: FineTuning) -> Path:
    """Where checkpoints lie while it learns."""
    return VAR / "fine-tunings" / str(run.pk)


def calibrated(backend: Grader, papers: list[Paper]) -> Calibration:
    """Temperature, way of choosing the mark and confidence, all from rows held out for tuning."""
    if len(papers) < LEAST_TO_CALIBRATE:
        return Calibration()
    told = backend.probabilities(papers)
    right = np.array([paper.mark for paper in papers], dtype=float)
    heat = _temperature(told, papers)
    warm = [tempered(one[None, :], heat)[0] for one in told]
    mark = _way(papers, warm, right)
    marks = (expected_marks if mark == "expected" else marks_of)(papers, warm)
    if len(papers) < LEAST_FOR_ISOTONIC:
        return Calibration(heat, mark=mark)
    stairs = isotonic(raw_confidence(papers, warm, marks), np.abs(np.array(marks) - right) < 1e-9)
    return Calibration(heat, tuple(stairs.starts.tolist()), tuple(stairs.levels.tolist()), mark)


def _temperature(told: list[Floats], papers: list[Paper]) -> float:
    """Questions may have scales of different lengths: shorter ones are filled up with marks of probability 0."""
    width = max(len(one) for one in told)
    table = np.zeros((len(told), width))
    for row, one in zip(table, told, strict=True):
        row[: len(one)] = one
    columns = [paper.question.marks.index(paper.mark) for paper in papers]  # type: ignore[arg-type]
    return temperature(table, np.array(columns))


def _way(papers: list[Paper], told: list[Floats], right: Floats) -> str:
    """The rounded mean where it is no less often right and agrees better; else the likeliest mark."""
    questions = [paper.question.key for paper in papers]
    standing = []
    for choose in (marks_of, expected_marks):
        marks = np.array(choose(papers, told))
        kappa = mean_qwk(marks, right, questions)
        standing.append((float((np.abs(marks - right) < 1e-9).mean()), kappa or 0.0))
    return "expected" if all(b >= a for a, b in zip(*standing, strict=True)) else "likeliest"


def _told(name: str, trained: TrainedGrader, held: Part) -> Told:
    found = [one for one in trained.grade(held.papers, with_neighbours=False) if one]
    return Told(name, [one.mark for one in found], np.array([one.confidence for one in found]))


def _keep(
    version: ModelVersion,
    trained: TrainedGrader,
    held: Part,
    told: list[Told],
    record: dict[str, Any],
) -> None:
    """Files beside their place and then renamed; the row says last that the version is there."""
    beside = version.folder.with_name(f"{version.pk}.part")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(version.folder, ignore_errors=True)  # of a worker killed before it could say so
    trained.save(beside, version.kind)
    (beside / "held_out.json").write_text(json.dumps(_held_out(held, told)), "utf-8")
    os.replace(beside, version.folder)
    with transaction.atomic():
        version.measures = {
            "held_out": {one.name: _figures(held, one).to_json() for one in told},
            "by_question": _by_question(held, told[0]),
            "training": record,
            "calibration": {"temperature": trained.calibration.temperature,
                            "is_isotonic": bool(trained.calibration.starts),
                            "mark": trained.calibration.mark},
        }  # fmt: skip
        version.lineage = lineage_of(version, record)
        version.trained_at = timezone.now()
        version.save(update_fields=["measures", "lineage", "trained_at"])


def _held_out(held: Part, told: list[Told]) -> dict[str, Any]:
    """What every grader said of every row, so that any two versions can be compared later."""
    return {
        "rows": held.names,
        "questions": [paper.question.key for paper in held.papers],
        "right": [paper.mark for paper in held.papers],
        "marks": {one.name: one.marks for one in told},
        "confidence": told[0].confidence.tolist() if told[0].confidence is not None else None,
    }


def _figures(held: Part, told: Told) -> Figures:
    places = [i for i, mark in enumerate(told.marks) if mark is not None]
    papers = [held.papers[i] for i in places]
    return figures(
        [told.marks[i] for i in places],  # type: ignore[misc]
        [paper.mark for paper in papers],  # type: ignore[misc]
        [paper.question.key for paper in papers],
        [step_of(paper.question) for paper in papers],
        told.confidence,
    )


def _by_question(held: Part, told: Told) -> list[dict[str, Any]]:
    keys = [paper.question.key for paper in held.papers]
    found = []
    for key in dict.fromkeys(keys):
        places = [i for i, one in enumerate(keys) if one == key]
        part = Part([held.papers[i] for i in places], [held.names[i] for i in places])
        one = Told("this", [told.marks[i] for i in places], None)
        found.append({"question": key, **_figures(part, one).to_json()})
    return found

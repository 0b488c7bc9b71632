"""The training of one version: the classical grader beside it, the network, calibration, measures, files."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings as conf

from grading.actions.fine_tuning_answers import learn_to_answer
from grading.actions.grader_baselines import baselines
from grading.actions.grader_calibration import calibrated
from grading.actions.grader_robustness import MOST, grader_robustness
from grading.actions.training_watch import TrainingWatch, WatchedGrader
from grading.actions.version_files import keep_version, workplace
from grading.actions.version_measures import held_out_rows, measures_of, told_by
from grading.backends import memory
from grading.backends.classical import PLAINEST, ClassicalGrader
from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.generator_grader import GeneratorGrader
from grading.backends.generator_settings import GeneratorSettings
from grading.backends.papers import Grader, Paper
from grading.backends.trained import TrainedGrader
from grading.grader_data import LearningRows, learning_rows, prompt_of
from grading.models import FineTuning, ModelVersion

Step = FineTuning.Step
Kind = ModelVersion.Kind


def carry_out_fine_tuning(run: FineTuning) -> None:
    """From where an earlier worker stopped.

    Raises:
        Cancelled; SettingsProblem, BaseModelMissing, OutOfMemory (of the backend); DamagedSet, OSError.
    """
    rows = learning_rows(run.version.training_set)
    learn = _learn_to_mark if run.version.gives_marks else learn_to_answer
    learn(run, rows, TrainingWatch(run))
    shutil.rmtree(workplace(run), ignore_errors=True)


def _learn_to_mark(run: FineTuning, rows: LearningRows, watch: TrainingWatch) -> None:
    version = run.version
    if version.kind == Kind.CLASSICAL:
        rows = rows.of_learnt_questions()
    watch.step(Step.BASELINE)
    learnt = rows.parts["train"].papers
    with memory.explained(("answers",)):
        classical, record = _classical(learnt, watch)
        plainest = ClassicalGrader().fit(learnt, watch.beat, PLAINEST)
    backend: Grader = classical
    if version.kind != Kind.CLASSICAL:
        watch.step(Step.LEARNING)
        backend = _network(run, rows, watch)
        record = backend.record
    watch.step(Step.MEASURING)
    watched, knows_all = WatchedGrader(backend, watch, version.kind), backend is not classical
    calibration = calibrated(watched, rows.parts["validation"].papers)
    held = rows.parts["test"] if rows.parts["test"].papers else rows.parts["validation"]
    parts = classical, calibration, rows.questions
    measured = TrainedGrader(watched, *parts, knows_all=knows_all)
    told = [told_by("this", measured, held), *baselines(version, classical, plainest, held, watch)]
    robustness = grader_robustness(measured, held.papers, most=MOST[version.kind])
    trained = TrainedGrader(backend, *parts, knows_all=knows_all)
    watch.beat()

    def write(folder: Path) -> None:
        trained.save(folder, version.kind)
        (folder / "held_out.json").write_text(json.dumps(held_out_rows(held, told)), "utf-8")

    measures = measures_of(held, told, calibration, record)
    keep_version(version, write, {**measures, "robustness": robustness})


def _classical(papers: list[Paper], watch: TrainingWatch) -> tuple[ClassicalGrader, dict[str, Any]]:
    """The grader and what its training took."""
    memory.start_peak()
    began = time.perf_counter()
    grader = ClassicalGrader().fit(papers, watch.beat)
    seconds = time.perf_counter() - began
    return grader, {
        "training_seconds": seconds,
        "peak_memory_bytes": memory.peak_bytes(),
        "examples_per_second": len(papers) / max(seconds, 1e-9),
    }


def _network(
    run: FineTuning, rows: LearningRows, watch: TrainingWatch
) -> EncoderGrader | GeneratorGrader:
    said = run.version.hyper_parameters
    papers = rows.parts["train"].papers, rows.parts["validation"].papers
    how = workplace(run), watch.point, watch.is_cancelled
    if run.version.kind == Kind.ENCODER:
        chosen = EncoderSettings.from_json(said)
        return EncoderGrader.fit(*papers, chosen, *how, allow_download=conf.HUB_MODELS)
    asked = GeneratorSettings.from_json(said), prompt_of(run.version)
    return GeneratorGrader.fit(*papers, *asked, *how, allow_download=conf.HUB_MODELS)

"""What a new version that marks is held against, on the same rows: the plainest grader, the classical one, the
network before any fine-tuning, and the version before it."""

from __future__ import annotations

from dataclasses import dataclass

from grading.actions.training_watch import TrainingWatch, WatchedGrader
from grading.backends.classical import ClassicalGrader
from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.generator_grader import GeneratorGrader
from grading.backends.generator_settings import GeneratorSettings
from grading.backends.papers import Floats, Grader, UnknownQuestion, marks_of
from grading.backends.trained import TrainedGrader
from grading.grader_data import Part, learning_rows, prompt_of
from grading.models import ModelVersion

Kind = ModelVersion.Kind

@dataclass(frozen=True)
class Told:
    """Marks by one grader, a place a row; None where it has none to give, or has learnt that very row."""

    name: str
    marks: list[float | None]
    confidence: Floats | None


def baselines(
    version: ModelVersion,
    classical: ClassicalGrader,
    plainest: ClassicalGrader,
    held: Part,
    watch: TrainingWatch,
) -> list[Told]:
    found = _of_words("plainest", plainest, held)
    if version.kind != Kind.CLASSICAL:
        found += [*_of_words("classical", classical, held), _untrained(version, held, watch)]
    return found + _previous(version, held, watch)


def _of_words(name: str, grader: ClassicalGrader, held: Part) -> list[Told]:
    """None where the held-out questions are others than those that it has learnt."""
    try:
        marks = marks_of(held.papers, grader.probabilities(held.papers))
    except UnknownQuestion:
        return []
    return [Told(name, list(marks), None)]


def _untrained(version: ModelVersion, held: Part, watch: TrainingWatch) -> Told:
    base = WatchedGrader(_base(version, held), watch, version.kind)
    return Told("untrained", list(marks_of(held.papers, base.probabilities(held.papers))), None)


def _base(version: ModelVersion, held: Part) -> Grader:
    if version.kind == Kind.ENCODER:
        return EncoderGrader.untrained(EncoderSettings.from_json(version.hyper_parameters), held.papers)
    settings = GeneratorSettings.from_json(version.hyper_parameters)
    return GeneratorGrader.untrained(settings, prompt_of(version))


def _previous(version: ModelVersion, held: Part, watch: TrainingWatch) -> list[Told]:
    before = version.parent
    if before is None or not (before.folder / "version.json").exists():
        return []
    learnt = set(learning_rows(before.training_set).parts["train"].names)
    grader = TrainedGrader.load(before.folder)
    grader.backend = WatchedGrader(grader.backend, watch, before.kind)
    told = grader.grade(held.papers, with_neighbours=False)
    marks = [
        one.mark if one is not None and name not in learnt else None
        for name, one in zip(held.names, told, strict=True)
    ]
    return [Told("previous", marks, None)] if any(mark is not None for mark in marks) else []

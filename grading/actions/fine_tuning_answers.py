"""A version that learns to answer questions from answers that had good marks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings as conf

from grading.actions.training_watch import TrainingWatch
from grading.actions.version_files import keep_version, workplace
from grading.backends.generator import Generator
from grading.backends.generator_foresight import foresight
from grading.backends.generator_settings import GeneratorSettings, Sampling
from grading.backends.generator_text import Example
from grading.backends.paper_prompts import PromptText
from grading.backends.papers import Paper
from grading.backends.storable import storable
from grading.grader_data import LearningRows, Part, prompt_of
from grading.models import FineTuning

Step = FineTuning.Step
SHOWN = 4  # answers that are written for the page of the version
LONGEST = 256  # tokens of each


@dataclass
class Lessons:
    """Papers whose answers are good enough, and what is learnt from each."""

    papers: list[Paper] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)


def learn_to_answer(run: FineTuning, rows: LearningRows, watch: TrainingWatch) -> None:
    version = run.version
    settings = GeneratorSettings.from_json(version.hyper_parameters)
    prompt = prompt_of(version)
    parts = {name: _lessons(part, settings, prompt) for name, part in rows.parts.items()}
    train, validation = parts["train"].examples, parts["validation"].examples
    how = settings, workplace(run), watch.point, watch.is_cancelled
    watch.step(Step.LEARNING)
    generator = Generator.fit(train, validation, *how, allow_download=conf.HUB_MODELS)
    watch.step(Step.MEASURING)
    held = parts["test"] if parts["test"].papers else parts["validation"]
    told = {"this": foresight(generator, held.examples, watch.beat).to_json()}
    base = Generator.untrained(settings)
    told["untrained"] = foresight(base, held.examples, watch.beat).to_json()
    del base  # it may be large
    shown = _shown(generator, held, watch)

    def write(folder: Path) -> None:
        generator.save(folder / "grader")
        (folder / "examples.json").write_text(json.dumps(shown, ensure_ascii=False), "utf-8")

    keep_version(version, write, {"answers": told, "training": generator.record})


def _lessons(part: Part, settings: GeneratorSettings, prompt: PromptText) -> Lessons:
    found = Lessons()
    for paper in part.papers:
        if paper.mark is not None and paper.mark >= settings.least_share * paper.question.marks[-1]:
            asked = prompt.to_answer(paper.question)
            found.papers.append(paper)
            found.examples.append(Example(asked, paper.answer, paper.weight))
    return found


def _shown(generator: Generator, held: Lessons, watch: TrainingWatch) -> list[dict[str, str]]:
    """What it writes for some questions, beside the first held-out answer to each."""
    first = {example.prompt: place for place, example in reversed([*enumerate(held.examples)])}
    found = []
    for place in sorted(first.values())[:SHOWN]:
        asked, paper = held.examples[place], held.papers[place]
        (told,) = generator.generate([asked.prompt], Sampling(LONGEST), is_over=watch.is_cancelled)
        found.append(
            {
                "question": paper.question.text or paper.question.key,
                "written": storable(told.text),
                "real": paper.answer,
            }
        )
    return found

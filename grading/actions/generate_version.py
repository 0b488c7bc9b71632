"""Samples from a version of our own, which the graders' worker holds in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import lru_cache
from itertools import groupby, islice
from pathlib import Path

from annotations.models import Question
from grading.actions.ask_many import Outcome
from grading.actions.generate_calls import Call, Wanted, questions_of
from grading.actions.run_life import Cancelled, beat
from grading.backends import progress
from grading.backends.endpoint import Reply
from grading.backends.generator import Generator as TextGenerator
from grading.backends.generator_settings import Sampling
from grading.backends.generator_text import Written
from grading.backends.paper_prompts import PromptText
from grading.backends.storable import storable
from grading.backends.version_missing import VersionMissing, reading_version
from grading.grader_data import asked_of
from grading.models import GenerationRun, PromptTemplate

BATCH = 64  # texts that are written together, at most
LISTEN_EVERY = 2.0


def sampled_by_version(
    run: GenerationRun, wanted: list[Wanted]
) -> Generator[tuple[Call, Outcome], None, None]:
    """Each sample with what came of it; the value is a Reply. Raises VersionMissing, Cancelled, OutOfMemory."""
    if run.version is None:
        raise VersionMissing
    generator, is_over = loaded_generator(run.version.folder), _listening(run)
    size = min(BATCH, generator.at_once(run.max_tokens))
    for number, rows in groupby(questions_of(wanted), key=lambda row: row[1]):
        how = Sampling(run.max_tokens, run.temperature, seed=run.seed + number)
        while some := list(islice(rows, size)):
            prompts = [prompt_for(run.template, question) for question, _number in some]
            try:
                names = [question.key for question, _number in some]
                told = generator.generate(prompts, how, is_over=is_over, names=names)
            except progress.Cancelled:
                raise Cancelled from None
            for (question, _number), text in zip(some, told, strict=True):
                yield Call(question, number), _outcome(text)


def prompt_for(template: PromptTemplate, question: Question) -> str:
    """What a version is asked: the same as in its training. Raises UnknownPlace."""
    return PromptText(template.text, template.system).to_answer(asked_of(question))


def loaded_generator(folder: Path) -> TextGenerator:
    """Kept in memory between runs. Raises VersionMissing."""
    with reading_version(folder):
        return _kept(folder / "grader")


@lru_cache(maxsize=1)
def _kept(folder: Path) -> TextGenerator:
    return TextGenerator.load(folder)


def _outcome(told: Written) -> Outcome:
    reply = Reply(storable(told.text).strip(), told.tokens_in, told.tokens_out, told.is_cut)
    is_there = bool(reply.text)
    return Outcome(
        reply if is_there else None, "" if is_there else "empty", tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
    )  # fmt: skip


def _listening(run: GenerationRun) -> Callable[[], bool]:
    """Whether the run shall stop, asked of the database every few seconds; each time a sign of life."""
    heard = {"at": 0.0, "over": False}

    def is_over() -> bool:
        now = time.monotonic()
        if not heard["over"] and now - heard["at"] > LISTEN_EVERY:
            heard.update(at=now, over=beat(run))
        return bool(heard["over"])

    return is_over

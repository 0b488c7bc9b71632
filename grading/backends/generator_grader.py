"""A generator as a grader: how likely it finds each mark of the question after the prompt with the answer.

No text is drawn, so that nothing that is no mark can come out, and there is a probability for every mark.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from grading.backends import memory
from grading.backends.encoder_data import rarity
from grading.backends.generator import Generator
from grading.backends.generator_settings import GeneratorSettings
from grading.backends.generator_text import Example
from grading.backends.paper_prompts import PromptText, mark_text
from grading.backends.papers import Floats, Paper
from grading.backends.progress import IsCancelled, OnPoint, ignore, never

Marks = tuple[float, ...]


class GeneratorGrader:
    """A generator that has learnt to write marks, with the prompt that it learnt them by."""

    def __init__(self, generator: Generator, prompt: PromptText) -> None:
        self.generator, self.prompt = generator, prompt

    @classmethod
    def fit(
        cls,
        papers: Sequence[Paper],
        validation_papers: Sequence[Paper],
        settings: GeneratorSettings,
        prompt: PromptText,
        folder: Path,
        on_point: OnPoint = ignore,
        is_cancelled: IsCancelled = never,
        *,
        allow_download: bool = False,
    ) -> GeneratorGrader:
        """Fine-tune, as `EncoderGrader.fit` does. Raises UnknownPlace where the prompt asks for more."""
        weights = rarity(papers) if settings.class_weights else np.ones(len(papers))
        pairs = zip(papers, weights.tolist(), strict=True)
        learnt = [_example(prompt, paper, weight) for paper, weight in pairs]
        held = [_example(prompt, paper) for paper in validation_papers]
        how = settings, folder, on_point, is_cancelled
        made = Generator.fit(learnt, held, *how, allow_download=allow_download)
        return cls(made, prompt)

    @classmethod
    def untrained(cls, settings: GeneratorSettings, prompt: PromptText) -> GeneratorGrader:
        """The base as it is, asked in the same way: the baseline "not fine-tuned"."""
        return cls(Generator.untrained(settings), prompt)

    @property
    def record(self) -> dict[str, Any]:
        return self.generator.record

    def probabilities(self, papers: Sequence[Paper]) -> list[Floats]:
        """For each paper (marks,) probabilities of its question's marks: the likelihoods of their texts,
        normalised. Also of questions never learnt. Raises OutOfMemory."""
        asked: dict[tuple[str, Marks], list[int]] = defaultdict(list)
        for place, paper in enumerate(papers):
            asked[self.prompt.to_mark(paper), paper.question.marks].append(place)
        found: list[Floats] = [np.zeros(0)] * len(papers)
        with memory.explained(("max_tokens", "base")):
            for one, told in self._told(list(asked)):
                for place in asked[one]:
                    found[place] = told
        return found

    def _told(
        self, asked: list[tuple[str, Marks]]
    ) -> Iterator[tuple[tuple[str, Marks], Floats]]:
        """Each prompt with its probabilities, in batches of the same marks and of like length."""
        by_marks: dict[Marks, list[str]] = defaultdict(list)
        for prompt, marks in asked:
            by_marks[marks].append(prompt)
        for marks, prompts in by_marks.items():
            for some, told in self._likely(prompts, marks):
                yield from (((prompt, marks), row) for prompt, row in zip(some, told, strict=True))

    def _likely(self, prompts: list[str], marks: Marks) -> Iterator[tuple[list[str], Floats]]:
        """The longest first, so that what does not fit into memory shows at once. What the model keeps of a
        prompt counts once for every mark."""
        from grading.backends import generator_model

        read = self.generator.read
        texts = [read.text(mark_text(mark)) for mark in marks]
        room = read.max_tokens - max(map(len, texts)) - 1
        rows = {prompt: read.prompt(prompt)[-room:] for prompt in prompts}
        left = sorted(prompts, key=lambda prompt: len(rows[prompt]))
        while left:
            count = max(1, self.generator.tokens // (len(rows[left[-1]]) * len(marks)))
            some = [left.pop() for _ in range(min(count, len(left)))]
            chosen = [rows[prompt] for prompt in some]
            model = self.generator.model
            yield some, _normalised(generator_model.likelihoods(model, read, chosen, texts))

    def save(self, folder: Path) -> None:
        """The generator's files and `prompt.json`. Raises FileExistsError."""
        self.generator.save(folder)
        told = json.dumps(asdict(self.prompt), ensure_ascii=False)
        (folder / "prompt.json").write_text(told, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> GeneratorGrader:
        """What `save` wrote. Raises OSError, ValueError where it is no such folder."""
        prompt = PromptText(**json.loads((folder / "prompt.json").read_text("utf-8")))
        return cls(Generator.load(folder), prompt)


def _example(prompt: PromptText, paper: Paper, weight: float = 1.0) -> Example:
    """`weight`: beside that of the paper."""
    if paper.mark is None:
        raise ValueError(f"question {paper.question.key}: a paper without a mark")
    return Example(prompt.to_mark(paper), mark_text(paper.mark), paper.weight * weight)


def _normalised(logs: Floats) -> Floats:
    """(rows, marks) shares of the likelihoods."""
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))

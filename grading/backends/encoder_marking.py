"""An encoder grader marks: the longest answers first, near lengths together, without gradients. Imports torch."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from grading.backends import encoder_packed, encoder_speed
from grading.backends.encoder_batches import filled
from grading.backends.encoder_network import Network, first_vectors
from grading.backends.encoder_text import Encoded, PaperEncoder
from grading.backends.papers import Floats, Paper, Question

# places in the papers, their probabilities, their vectors (rows, width)
OnBatch = Callable[[list[int], list[Floats], Floats], None]


@dataclass(frozen=True)
class Marked:
    """Of every paper its probabilities, and its vector: (papers, width)."""

    probabilities: list[Floats]
    vectors: Floats


class Marker:
    """A network ready to mark, in the number type chosen for this machine."""

    def __init__(self, network: Network, encoder: PaperEncoder, precision: str = "auto") -> None:
        self.device = encoder_speed.device()
        self.precision = encoder_speed.precision(precision, self.device)
        self._read, self._budget = encoder, encoder_speed.Budget(self.device)
        self._head = network.head.to(self.device).eval()
        plain = network.encoder.to(self.device).eval()
        is_short = self.precision == "bfloat16"
        self._encoder = copy.deepcopy(plain).to(torch.bfloat16) if is_short else plain

    def mark(self, papers: Sequence[Paper], on_batch: OnBatch | None = None) -> Marked:
        """All papers; equal answers to one question are read once. `on_batch` gets each batch as soon as it is done; an exception of its ends the work."""
        alike: dict[tuple[Question, str], list[int]] = {}
        for place, paper in enumerate(papers):
            alike.setdefault((paper.question, paper.answer), []).append(place)
        groups = list(alike.values())
        once = [papers[places[0]] for places in groups]
        probabilities: list[Floats] = [np.zeros(0)] * len(papers)
        vectors: list[Floats] = [np.zeros(0)] * len(papers)
        for rows, told, seen in self._batches(once):
            places = [place for row in rows for place in groups[row]]
            again = [at for at, row in enumerate(rows) for _ in groups[row]]
            for place, at in zip(places, again, strict=True):
                probabilities[place], vectors[place] = told[at], seen[at]
            if on_batch:
                on_batch(places, [told[at] for at in again], seen[again])
        return Marked(probabilities, np.array(vectors))

    def _batches(self, papers: list[Paper]) -> Iterator[tuple[list[int], list[Floats], Floats]]:
        """The longest first, so that what does not fit into memory shows at once."""
        encoded = self._read(papers)
        lengths = [len(one) for one in encoded]
        left = sorted(range(len(papers)), key=lengths.__getitem__)
        is_packed = encoder_packed.is_packed(self._encoder, self.device)
        while left:
            budget = self._budget.tokens
            rows = filled(lengths, left, budget, is_packed=is_packed)
            started = time.perf_counter()
            told, seen = self._batch([papers[row] for row in rows], [encoded[row] for row in rows])
            tokens = sum(lengths[row] for row in rows)
            self._budget.took(budget, tokens, time.perf_counter() - started)
            yield rows, told, seen

    @torch.inference_mode()
    def _batch(self, papers: list[Paper], encoded: list[Encoded]) -> tuple[list[Floats], Floats]:
        vectors = first_vectors(self._encoder, encoded, self._read, self.device).float()
        questions = [paper.question for paper in papers]
        found = (
            self._head(vectors, self._head.marks(questions).to(self.device)).double().exp().cpu()
        )
        rows = [
            row[: len(question.marks)]
            for row, question in zip(found.numpy(), questions, strict=True)
        ]
        return [row / row.sum() for row in rows], vectors.cpu().numpy()

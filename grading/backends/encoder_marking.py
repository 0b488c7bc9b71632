"""An encoder grader marks: the longest answers first, near lengths together, without gradients. Imports torch."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from grading.backends import encoder_packed, encoder_speed
from grading.backends.encoder_batches import filled
from grading.backends.encoder_network import Network, first_vectors
from grading.backends.encoder_text import Encoded, PaperEncoder
from grading.backends.papers import Floats, Paper, Question


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

    def mark(self, papers: Sequence[Paper]) -> list[Floats]:
        """Probabilities of every paper; equal answers to one question are read once."""
        alike: dict[tuple[Question, str], list[int]] = {}
        for place, paper in enumerate(papers):
            alike.setdefault((paper.question, paper.answer), []).append(place)
        groups = list(alike.values())
        found: list[Floats] = [np.zeros(0)] * len(papers)
        for rows, told in self._batches([papers[places[0]] for places in groups]):
            for row, one in zip(rows, told, strict=True):
                for place in groups[row]:
                    found[place] = one
        return found

    def _batches(self, papers: list[Paper]) -> Iterator[tuple[list[int], list[Floats]]]:
        """The longest first, so that what does not fit into memory shows at once."""
        encoded = self._read(papers)
        lengths = [len(one) for one in encoded]
        left = sorted(range(len(papers)), key=lengths.__getitem__)
        is_packed = encoder_packed.is_packed(self._encoder, self.device)
        while left:
            budget = self._budget.tokens
            rows = filled(lengths, left, budget, is_packed=is_packed)
            started = time.perf_counter()
            told = self._batch([papers[row] for row in rows], [encoded[row] for row in rows])
            tokens = sum(lengths[row] for row in rows)
            self._budget.took(budget, tokens, time.perf_counter() - started)
            yield rows, told

    @torch.inference_mode()
    def _batch(self, papers: list[Paper], encoded: list[Encoded]) -> list[Floats]:
        vectors = first_vectors(self._encoder, encoded, self._read, self.device).float()
        questions = [paper.question for paper in papers]
        found = (
            self._head(vectors, self._head.marks(questions).to(self.device)).double().exp().cpu()
        )
        rows = [
            row[: len(question.marks)]
            for row, question in zip(found.numpy(), questions, strict=True)
        ]
        return [row / row.sum() for row in rows]

"""How well a generator foresees real answers: what learning to answer is measured by."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from grading.backends import memory
from grading.backends.generator import Generator
from grading.backends.generator_text import Example


@dataclass(frozen=True)
class Foresight:
    """Over all tokens of the answers, their ends counted.

    `loss`: mean of −ln p; `perplexity` is its exponential; `foreseen`: the share of tokens that were the
    likeliest at their place.
    """

    answers: int
    tokens: int
    loss: float
    perplexity: float
    foreseen: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def foresight(
    generator: Generator, examples: Sequence[Example], on_batch: Callable[[], None]
) -> Foresight:
    """`on_batch` is called before every batch; an exception of its ends the work. Raises OutOfMemory."""
    import torch

    from grading.backends.generator_objective import GeneratingObjective

    data = generator.read(examples)
    objective = GeneratingObjective(generator.model.eval(), generator.read.padding)
    objective.network.to(objective.device)
    loss, hits, tokens = 0.0, 0.0, 0
    left = sorted(range(len(data)), key=data.lengths.__getitem__)
    with memory.explained(("max_tokens", "base")), torch.inference_mode():
        while left:
            on_batch()
            count = max(1, generator.tokens // data.lengths[left[-1]])
            rows = [left.pop() for _ in range(min(count, len(left)))]
            losses, told = objective.losses(data, rows)
            for row, one, share in zip(rows, losses.tolist(), told, strict=True):
                size = len(data.encoded[row]) - data.encoded[row].start
                loss, hits, tokens = loss + one * size, hits + share * size, tokens + size
    mean = loss / tokens
    return Foresight(len(examples), tokens, mean, math.exp(min(mean, 700)), hits / tokens)

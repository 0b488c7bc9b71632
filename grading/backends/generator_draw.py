"""Drawing the tokens of a text so that they hang on its own name alone, whatever is written beside it.
Imports torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import torch
from transformers import LogitsProcessor

from grading.backends.generator_settings import Sampling


class Drawing(LogitsProcessor):
    """Leaves one token of each text possible: drawn with its probability at `how.temperature` among the
    likeliest, which together reach `how.top_p`.

    The draws of a text are fixed beforehand by `how.seed` and its name, so that a run which was killed
    and taken up again, in other batches, writes what it would have written.
    """

    def __init__(self, how: Sampling, names: Sequence[str], begins: int, where: Any) -> None:
        self.how, self.begins = how, begins
        self.draws = torch.stack([_draws(how, name) for name in names]).to(where)

    def __call__(self, input_ids: torch.Tensor, scores: Any) -> torch.Tensor:
        chances = _likeliest((scores.double() / self.how.temperature).softmax(-1), self.how.top_p)
        reached = chances.cumsum(-1)
        aim = self.draws[:, input_ids.shape[1] - self.begins, None] * reached[:, -1:]
        drawn = (reached <= aim).sum(-1, keepdim=True).clamp_max(scores.shape[1] - 1)
        return torch.full_like(scores, -torch.inf).scatter(1, drawn, 0.0)


def _draws(how: Sampling, name: str) -> torch.Tensor:
    """(longest,) uniform in [0, 1), one for each token."""
    digest = hashlib.sha256(f"{how.seed}\0{name}".encode("utf-8", "surrogatepass")).digest()
    own = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
    return torch.rand(how.longest, generator=own, dtype=torch.float64)


def _likeliest(chances: torch.Tensor, top_p: float) -> torch.Tensor:
    """The others get none. In the order of the vocabulary: near ties draw the same token either way."""
    ordered, place = chances.sort(descending=True)
    is_in = ordered.cumsum(-1) - ordered < top_p
    return torch.zeros_like(chances).scatter(1, place, ordered * is_in)

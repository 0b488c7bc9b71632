"""What a generator learns: the answer after its prompt, token by token; the prompt itself is not learnt.

Imports torch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from grading.backends import encoder_speed
from grading.backends.encoder_network import Network
from grading.backends.generator_text import Examples

IGNORED = -100


class GeneratingObjective:
    """See `training_loop.Objective`; what is told of a row is the share of its answer's tokens that were foreseen."""

    def __init__(self, model: Any, padding: int) -> None:
        self.network = Network(model, nn.Identity(), dropout=0.0)
        self.padding, self.device = padding, encoder_speed.device()

    def losses(self, part: Examples, rows: list[int]) -> tuple[torch.Tensor, list[float]]:
        """The loss of a row is the mean over its answer's tokens."""
        chosen = [part.encoded[row] for row in rows]
        longest = max(map(len, chosen))
        ids = torch.full((len(rows), longest), self.padding)
        wanted = torch.full((len(rows), longest), IGNORED)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for place, row in enumerate(chosen):
            whole = torch.tensor(row.ids)
            ids[place, : len(row)], mask[place, : len(row)] = whole, 1
            wanted[place, row.start : len(row)] = whole[row.start :]
        # Of a prompt no token is foreseen: its logits, a number for every word known, are not computed.
        first = max(1, min(row.start for row in chosen))
        ids, mask, wanted = (one.to(self.device) for one in (ids, mask, wanted[:, first:]))
        logits = self.network.encoder(
            input_ids=ids, attention_mask=mask, use_cache=False, logits_to_keep=longest - first + 1
        ).logits
        logits, is_answer = logits[:, :-1].float(), wanted != IGNORED
        each = functional.cross_entropy(
            logits.transpose(1, 2), wanted, reduction="none", ignore_index=IGNORED
        )
        count = is_answer.sum(dim=1).clamp_min(1)
        hits = ((logits.argmax(dim=2) == wanted) & is_answer).sum(dim=1) / count
        return each.sum(dim=1) / count, hits.tolist()

    def bytes_of_logits(self, part: Examples, rows: int) -> int:
        """Roughly what a batch needs for them, three times over: as they are, as logs and their gradients."""
        longest = max((len(row) - row.start for row in part.encoded), default=0)
        return 3 * 4 * rows * (longest + 1) * int(self.network.encoder.config.vocab_size)

    def figures(
        self, _part: Examples, _rows: list[int], told: list[float]
    ) -> tuple[float, float | None]:
        return float(np.mean(told)), None

"""Which answers go together: near lengths, so that little of a batch is padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grading.backends.encoder_text import Encoded, PaperEncoder

POOL = 50  # batches drawn at random and then sorted by length among themselves


def training_batches(lengths: Sequence[int], size: int, seed: int, epoch: int) -> list[list[int]]:
    """Batches of one epoch: at random, but within pools of 50 batches sorted by length; in random order.

    The same seed and epoch give the same batches, so that an epoch can be taken up in its middle.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(lengths))
    batches: list[list[int]] = []
    for start in range(0, len(order), size * POOL):
        pool = sorted(order[start : start + size * POOL].tolist(), key=lambda one: lengths[one])
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    return [batches[place] for place in rng.permutation(len(batches))]


def filled(lengths: Sequence[int], left: list[int], tokens: int, *, is_packed: bool) -> list[int]:
    """Takes from the end of `left` as many rows as `tokens` hold, one at least; padded ones cost the longest each."""
    rows: list[int] = []
    used = 0
    while left:
        longest = lengths[rows[0]] if rows and not is_packed else lengths[left[-1]]
        used += longest
        if rows and used > tokens:
            break
        rows.append(left.pop())
    return rows


def packed(rows: Sequence[Encoded], read: PaperEncoder, first: int) -> dict[str, Any]:
    """All answers in one row of the model, the positions of each counted from `first` on."""
    import torch

    lengths = [len(row) for row in rows]
    places = [torch.arange(first, first + length) for length in lengths]
    found: dict[str, Any] = {
        "input_ids": torch.tensor([[one for row in rows for one in row.ids]]),
        "position_ids": torch.cat(places)[None],
        "lengths": lengths,
    }
    if read.has_segments:
        found["token_type_ids"] = torch.tensor([[one for row in rows for one in row.segments]])
    return found


def padded(rows: Sequence[Encoded], read: PaperEncoder, device: Any) -> dict[str, Any]:
    """(rows, longest) tensors for the model: input_ids, attention_mask, token_type_ids where it knows them.

    The mask is left out where nothing is padded: attention is faster without.
    """
    import torch

    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), read.padding, dtype=torch.long)
    kinds = torch.zeros((len(rows), longest), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row.ids)
        kinds[place, : len(row)] = torch.tensor(row.segments)
    found = {"input_ids": ids.to(device)}
    if read.has_segments:
        found["token_type_ids"] = kinds.to(device)
    lengths = torch.tensor([len(row) for row in rows])
    if int(lengths.min()) < longest:
        found["attention_mask"] = (torch.arange(longest) < lengths[:, None]).long().to(device)
    return found

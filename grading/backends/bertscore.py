"""BERTScore (Zhang et al. 2020): every word is matched to the nearest one of the other text.

As in the authors' code: vectors of one layer, of length 1; a word's match is the largest cosine; the
special tokens weigh nothing, but may be matched; with idf a word weighs log((M + 1) / (texts with it
+ 1)) over the M references. No rescaling to a baseline.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.backends.metric_model import batches, loaded, longest

Floats = NDArray[np.float64]
Weight = Callable[[int], float]
USUAL_LAYER = 2 / 3  # of the way up, where words mean most; 8 of bert-base-chinese's 12


@dataclass(frozen=True)
class Scores:
    """(pairs,) precision, recall and F1, at most 1; `cut_short` texts were longer than the model takes."""

    precision: Floats
    recall: Floats
    f1: Floats
    layer: int
    cut_short: int


def scores(
    predictions: Sequence[str], references: Sequence[str], *, folder: str, layer: int = 0,
    is_idf: bool = False,
) -> Scores:  # fmt: skip
    """BERTScore of each pair. `layer` counts from 1; 0 takes two thirds of the way up.

    An empty text has nothing to match and scores 0. Raises MetricProblem as `metric_model.loaded`.
    """
    tokenizer, model = loaded(folder, "AutoModel")
    layers = model.config.num_hidden_layers
    layer = min(layer, layers) or max(1, round(layers * USUAL_LAYER))
    texts = list(dict.fromkeys([*predictions, *references]))
    most = longest(tokenizer, model)
    ids = [tokenizer(text, truncation=True, max_length=most)["input_ids"] for text in texts]
    of = dict(zip(texts, ids, strict=True))
    weight = _weights(tokenizer, [of[text] for text in references] if is_idf else None)
    vectors = dict(zip(texts, _vectors(tokenizer, model, ids, layer), strict=True))
    pairs = [
        _pair((of[p], vectors[p]), (of[r], vectors[r]), weight)
        for p, r in zip(predictions, references, strict=True)
    ]
    table = np.array(pairs, dtype=float).reshape(-1, 3)
    cut = sum(len(one) >= most for one in ids)
    return Scores(table[:, 0], table[:, 1], table[:, 2], layer, cut)


def _weights(tokenizer: Any, references: Sequence[Sequence[int]] | None) -> Weight:
    special = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    if references is None:
        return lambda token: float(token not in special)
    seen = Counter(token for ids in references for token in set(ids))
    count = len(references)
    return lambda token: 0.0 if token in special else math.log((count + 1) / (seen[token] + 1))


def _vectors(tokenizer: Any, model: Any, ids: Sequence[Sequence[int]], layer: int) -> list[Floats]:
    """(tokens, width) of each text, rows of length 1."""
    import torch

    found: list[Floats] = [np.empty((0, 0))] * len(ids)
    for places in batches([len(one) for one in ids]):
        batch = tokenizer.pad({"input_ids": [ids[i] for i in places]}, return_tensors="pt")
        batch = batch.to(model.device)
        with torch.inference_mode():
            hidden = model(**batch, output_hidden_states=True).hidden_states[layer]
        hidden = torch.nn.functional.normalize(hidden, dim=-1)
        for row, mask, i in zip(hidden, batch["attention_mask"].bool(), places, strict=True):
            found[i] = row[mask].cpu().numpy().astype(np.float64)
    return found


def _pair(
    left: tuple[Sequence[int], Floats], right: tuple[Sequence[int], Floats], weight: Weight
) -> tuple[float, float, float]:
    weights = [np.array([weight(token) for token in ids]) for ids, _vectors in (left, right)]
    if not all(one.sum() > 0 for one in weights):
        return 0.0, 0.0, 0.0
    near = left[1] @ right[1].T
    precision = float(weights[0] @ near.max(axis=1) / weights[0].sum())
    recall = float(weights[1] @ near.max(axis=0) / weights[1].sum())
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0

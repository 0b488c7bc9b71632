"""The model that a metric asks: found as every base model, kept in memory, never downloaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from grading.backends.base_models import BaseModelMissing, find
from grading.methods.metrics_value import MetricProblem

TOKENS_AT_ONCE = 4096  # in a batch, its padding counted


def folder_of(base: str) -> Path:
    """Where the model lies. Raises MetricProblem; loads nothing, so that a form can ask."""
    if not base:
        raise MetricProblem("no_model")
    try:
        return find(base)
    except BaseModelMissing as problem:
        raise MetricProblem(f"model_{problem.code}", base) from None


@lru_cache(maxsize=2)
def loaded(base: str, kind: str) -> tuple[Any, Any]:
    """(tokenizer, model) of a folder or of a name in the local cache; `kind` is a class of
    transformers such as "AutoModel". In float32, for a metric is compared across machines.

    Raises:
        MetricProblem: "no_model", none was named; else a code of BaseModelMissing or "not_loaded".
    """
    folder = folder_of(base)
    import torch
    import transformers

    known = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **known)
        model = getattr(transformers, kind).from_pretrained(
            folder, use_safetensors=True, dtype=torch.float32, **known
        )
    except (OSError, ValueError, RuntimeError, KeyError):
        raise MetricProblem("model_not_loaded", base) from None
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return tokenizer, model.eval().to(device)


def longest(tokenizer: Any, model: Any) -> int:
    """Tokens that the model takes at once."""
    places = getattr(model.config, "max_position_embeddings", None) or 512
    if model.config.model_type in ("roberta", "xlm-roberta", "camembert"):
        places -= 2  # which they keep for padding
    return int(min(places, tokenizer.model_max_length))


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts of near lengths, the longest first."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    start = 0
    while start < len(order):
        count = max(1, TOKENS_AT_ONCE // max(1, lengths[order[start]]))
        yield order[start : start + count]
        start += count

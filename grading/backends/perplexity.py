"""How much a text surprises a causal language model (Jelinek et al. 1977).

Every token is scored given those before it, the first one given the model's begin token where it has
one (else it is not scored). A text longer than the model takes is gone through in windows that
overlap by half, each token being scored once, with at least half a window before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from grading.backends.metric_model import loaded, longest
from grading.methods.metrics_value import MetricProblem


class Loss(NamedTuple):
    """Sum of −ln p over the `tokens` scored."""

    total: float
    tokens: int


def losses(texts: Sequence[str], *, folder: str) -> list[Loss]:
    """The surprise of each text. The newest texts are remembered: totals come after the items' values.

    Raises:
        MetricProblem: as `metric_model.loaded`.
    """
    loaded(folder, "AutoModelForCausalLM")
    return [_loss(text, folder) for text in texts]


@lru_cache(maxsize=200_000)
def _loss(text: str, folder: str) -> Loss:
    tokenizer, model = loaded(folder, "AutoModelForCausalLM")
    begin = tokenizer.bos_token_id
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    if not ids:
        return Loss(0.0, 0)
    if max(ids) >= model.config.vocab_size:
        raise MetricProblem("model_not_loaded", folder)
    return _strided(model, ids if begin is None else [begin, *ids], longest(tokenizer, model))


def _strided(model: Any, ids: list[int], window: int) -> Loss:
    import torch

    total, scored = 0.0, 1  # the first token has nothing before it
    while scored < len(ids):
        start = 0 if len(ids) <= window or scored == 1 else scored - window // 2
        part = torch.tensor([ids[start : start + window]], device=model.device)
        with torch.inference_mode():
            logs = model(input_ids=part).logits[0, :-1].double().log_softmax(-1)
        each = -logs.gather(1, part[0, 1:, None])[:, 0]
        total += float(each[scored - start - 1 :].sum())
        scored = start + part.shape[1]
    return Loss(total, len(ids) - 1)

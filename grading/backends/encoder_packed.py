"""Answers one behind the other in a single row, so that nothing is padded; and the last layer for the first
tokens alone, since nothing reads the others. Imports torch.

On a CPU attention within each answer by plain products is faster than transformers' attention over a padded batch, and
everything else sees no padding. On a GPU many small products are slow: there batches are padded as usual.

The short last layer needs of the other tokens only their keys and values: of twelve layers that saves a twelfth less a
sixth of it, in training and in marking, with the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from types import MethodType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from grading.backends.quick_dropout import dropped, quicken

KINDS = ("bert", "roberta", "xlm-roberta", "camembert", "electra")
NAME = "answer_by_answer"


def prepare(encoder: Any, last: Any) -> None:
    """Let the encoder take packed batches and its layer `last` give the first tokens alone; encoders built
    otherwise than BERT stay as they are."""
    if encoder.config.model_type in KINDS and encoder.config._attn_implementation == "sdpa":
        encoder.config._attn_implementation = NAME
        last.forward = MethodType(_last_layer, last)
        quicken(encoder)


def is_packed(encoder: Any, device: torch.device) -> bool:
    """Whether batches for this encoder are packed on this device."""
    return device.type == "cpu" and encoder.config._attn_implementation == NAME


def _attention(
    module: Any, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None,
    *, dropout: float = 0.0, scaling: float | None = None, lengths: Sequence[int] = (), **more: Any,
) -> tuple[Tensor, None]:  # fmt: skip
    """As transformers' attention functions; with `lengths` the row holds so many tokens of each answer."""
    if not lengths:
        return sdpa_attention_forward(
            module, query, key, value, mask, dropout=dropout, scaling=scaling, **more
        )
    return _within(query[0], key[0], value[0], lengths, lengths, dropout)[None], None


AttentionInterface.register(NAME, _attention)
AttentionMaskInterface.register(NAME, sdpa_mask)


def _within(
    query: Tensor, key: Tensor, value: Tensor,
    asking: Sequence[int], lengths: Sequence[int], dropout: float,
) -> Tensor:  # fmt: skip
    """(heads, tokens, width) each to (asking tokens, heads, width): attention within every answer."""
    sizes = (query, asking), (key, lengths), (value, lengths)
    parts = [torch.split(one, list(size), 1) for one, size in sizes]
    return torch.cat([_of_one(q, k, v, dropout) for q, k, v in zip(*parts, strict=True)])


def _of_one(query: Tensor, key: Tensor, value: Tensor, dropout: float) -> Tensor:
    """(heads, tokens, width) of one answer to (asking tokens, heads, width). In float32 plain products are faster
    on a CPU than torch's own attention, in bfloat16 they are not."""
    if query.dtype == torch.bfloat16 and not dropout:
        one = functional.scaled_dot_product_attention(query[None], key[None], value[None])
        return one[0].transpose(0, 1)
    weights = torch.bmm(query, key.transpose(1, 2)).mul_(query.shape[-1] ** -0.5).softmax(-1)
    weights = dropped(weights, dropout) if dropout else weights
    return torch.bmm(weights, value).transpose(0, 1)


def _last_layer(
    layer: Any, hidden: Tensor, attention_mask: Tensor | None = None, *_others: Any,
    lengths: Sequence[int] = (), **_more: Any,
) -> Tensor:  # fmt: skip
    """What transformers' BertLayer does, for the first token of every answer: (rows, 1, width), packed
    (1, answers, width)."""
    attention = layer.attention.self
    first = hidden[:, [0, *accumulate(lengths[:-1])]] if lengths else hidden[:, :1]
    heads = (attention.num_attention_heads, attention.attention_head_size)
    sources = (attention.query, first), (attention.key, hidden), (attention.value, hidden)
    query, key, value = (part(of).unflatten(-1, heads).transpose(1, 2) for part, of in sources)
    dropout = attention.dropout.p if layer.training else 0.0
    if lengths:
        ones = [1] * len(lengths)
        seen = _within(query[0], key[0], value[0], ones, lengths, dropout)[None]
    else:
        mask = None if attention_mask is None else attention_mask[:, :, :1]
        seen = functional.scaled_dot_product_attention(query, key, value, mask, dropout)
        seen = seen.transpose(1, 2)
    told: Tensor = layer.feed_forward_chunk(layer.attention.output(seen.flatten(-2), first))
    return told

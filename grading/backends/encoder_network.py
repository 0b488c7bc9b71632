"""The network of an encoder grader: encoder, first token's vector, head. Imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.utils import logging

from grading.backends import encoder_packed
from grading.backends.encoder_batches import packed, padded
from grading.backends.encoder_heads import Head
from grading.backends.encoder_settings import EncoderSettings, SettingsProblem
from grading.backends.encoder_text import Encoded, PaperEncoder, first_position

logging.set_verbosity_error()  # type: ignore[no-untyped-call]
LOCAL: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


class Network(nn.Module):
    """An encoder and a head on the vector of its first token."""

    def __init__(self, encoder: Any, head: nn.Module, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.head: Any = head
        self.dropout = nn.Dropout(dropout)

    def vectors(self, rows: Sequence[Encoded], read: PaperEncoder, device: torch.device) -> Tensor:
        """(rows, width)"""
        dropped: Tensor = self.dropout(first_vectors(self.encoder, rows, read, device))
        return dropped


def first_vectors(
    encoder: Any, rows: Sequence[Encoded], read: PaperEncoder, device: torch.device
) -> Tensor:
    """(rows, width) what the encoder makes of the first token of each."""
    if encoder_packed.is_packed(encoder, device):
        batch = packed(rows, read, first_position(encoder.config))
        alone: Tensor = encoder(**batch).last_hidden_state[0]
        return alone
    found: Tensor = encoder(**padded(rows, read, device)).last_hidden_state[:, 0]
    return found


def tokenizer_in(folder: Path) -> Any:
    return AutoTokenizer.from_pretrained(folder, use_fast=True, **LOCAL)


def encoder_in(folder: Path) -> Any:
    """The encoder without a pooling layer, in float32, from safetensors alone."""
    config = AutoConfig.from_pretrained(folder, **LOCAL)
    encoder = AutoModel.from_pretrained(
        folder, config=config, use_safetensors=True, dtype=torch.float32, **LOCAL
    )
    if hasattr(encoder, "pooler"):
        encoder.pooler = None
    encoder_packed.prepare(encoder, layers_of(encoder)[-1])
    return encoder


def width_of(encoder: Any) -> int:
    return int(encoder.config.hidden_size)


def built(folder: Path, settings: EncoderSettings, knots: Sequence[float]) -> Network:
    """A network whose encoder is the base's and whose head is drawn by the seed."""
    encoder = encoder_in(folder)
    torch.manual_seed(settings.seed)
    return Network(encoder, Head(settings.head, width_of(encoder), knots))


def layers_of(encoder: Any) -> nn.ModuleList:
    """The encoder's layers, from the lowest."""
    count = encoder.config.num_hidden_layers
    lists = [part for part in encoder.modules() if isinstance(part, nn.ModuleList)]
    return next(part for part in lists if len(part) == count)


def prepare(network: Network, settings: EncoderSettings) -> None:
    """Leave only those weights learning that the method trains; LoRA adds its own."""
    if settings.method == "freeze":
        _freeze(network.encoder, settings.layers_kept)
    if settings.method == "lora":
        network.encoder = _with_lora(network.encoder, settings)
    if settings.gradient_checkpointing:
        network.encoder.activation_checkpointing_enable({"use_reentrant": False})


def merge(network: Network) -> None:
    """Add LoRA's matrices to the weights beside which they were trained, so that the encoder is a plain one."""
    if hasattr(network.encoder, "merge_and_unload"):
        network.encoder = network.encoder.merge_and_unload()
    network.encoder.requires_grad_(True)


def _freeze(encoder: Any, kept: int) -> None:
    layers = layers_of(encoder)
    if kept > len(layers):
        raise SettingsProblem("layers_kept", "layers", (0, len(layers)))
    learning = {id(weight) for layer in layers[kept:] for weight in layer.parameters()}
    for weight in encoder.parameters():
        weight.requires_grad_(id(weight) in learning)


def _with_lora(encoder: Any, settings: EncoderSettings) -> Any:
    """Without targets peft's own for this build, or all linear layers where it knows none that fit."""
    wanted = list(settings.lora_targets)
    try:
        return _lora_on(encoder, settings, wanted or None)
    except ValueError as problem:
        if wanted:
            raise SettingsProblem("lora_targets", "targets") from problem
        return _lora_on(encoder, settings, "all-linear")


def _lora_on(encoder: Any, settings: EncoderSettings, targets: list[str] | str | None) -> Any:
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=settings.lora_rank,
        lora_alpha=settings.lora_alpha,
        lora_dropout=settings.lora_dropout,
        target_modules=targets,
    )
    return get_peft_model(encoder, config)

"""AdamW for a network and the learning rate over its steps. Imports torch."""

from __future__ import annotations

import torch
from torch import nn

from grading.backends.encoder_heads import FEW
from grading.backends.encoder_network import Network
from grading.backends.encoder_settings import EncoderSettings

QUICKER, QUICKEST = 10, 0.2  # times the head's rate, at most


def optimizer_of(network: Network, settings: EncoderSettings) -> torch.optim.AdamW:
    """Matrices of the encoder with weight decay, its vectors without (as BERT does), the head by its own rate.

    Thresholds and spread are few and far from where they belong: at the head's rate the space of a mark between
    two others would hardly widen, so that it could never be told for sure.
    """
    encoder = [weight for weight in network.encoder.parameters() if weight.requires_grad]
    matrices = [weight for weight in encoder if weight.ndim > 1]
    vectors = [weight for weight in encoder if weight.ndim <= 1]
    rate, decay = settings.rate, settings.weight_decay
    of_head = dict(network.head.named_parameters())
    head = [weight for name, weight in of_head.items() if name not in FEW]
    few = [weight for name, weight in of_head.items() if name in FEW]
    few_rate = max(settings.head_rate, min(QUICKER * settings.head_rate, QUICKEST))
    groups = [
        {"params": matrices, "usual": rate, "weight_decay": decay},
        {"params": vectors, "usual": rate, "weight_decay": 0.0},
        {"params": head, "usual": settings.head_rate, "weight_decay": 0.0},
        {"params": few, "usual": few_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=rate, fused=True)


def set_rate(optimizer: torch.optim.Optimizer, settings: EncoderSettings, done: float) -> None:
    """Each group's rate when the share `done` of the steps lies behind: up, then down in a straight line."""
    warmup = settings.warmup
    share = done / warmup if done < warmup else (1 - done) / (1 - warmup)
    for group in optimizer.param_groups:
        group["lr"] = group["usual"] * share


def counts(network: nn.Module) -> tuple[int, int]:
    """Numbers of weights: all, and those that learn."""
    weights = list(network.parameters())
    return sum(w.numel() for w in weights), sum(w.numel() for w in weights if w.requires_grad)

"""What the fitting of an encoder and of a generator share. Importing this is cheap."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from grading.backends import base_models, memory
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.progress import IsCancelled, OnPoint

NO_MATTER = ("threads", "checkpoint_seconds")  # to what is learnt


def base_folder(settings: EncoderSettings, *, allow_download: bool, is_cancelled: IsCancelled) -> Path:
    """Where the base lies. Raises BaseModelMissing, Cancelled."""
    folder = base_models.find(settings.base, allow_download=allow_download, is_cancelled=is_cancelled)
    _require_known(settings.base, folder)
    return folder


def _require_known(base: str, folder: Path) -> None:
    """Raises BaseModelMissing where transformers asks for code that comes with the model."""
    from transformers import AutoConfig

    from grading.backends import encoder_network

    try:
        AutoConfig.from_pretrained(folder, **encoder_network.LOCAL)
        encoder_network.tokenizer_in(folder)
    except ValueError as problem:
        raise base_models.BaseModelMissing(base, "foreign_code", str(folder)) from problem


def base_record(settings: EncoderSettings, folder: Path) -> dict[str, Any]:
    """What is told of a network that has learnt nothing yet."""
    from grading.backends import encoder_speed

    return {
        "is_trained": False,
        "base": settings.base,
        "base_digest": base_models.digest(folder),
        **encoder_speed.environment(),
    }


def name_of(settings: EncoderSettings, base_digest: str, *learnt: Any) -> str:
    """Names a training: a checkpoint of another one is not taken up. `learnt` is plain data."""
    how = {name: value for name, value in settings.to_json().items() if name not in NO_MATTER}
    parts = [how, *learnt, base_digest]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def train(
    objective: Any,
    parts: tuple[Any, Any],
    settings: EncoderSettings,
    folder: Path,
    name: str,
    on_point: OnPoint,
    is_cancelled: IsCancelled,
) -> dict[str, Any]:
    """Train the objective's network, from its checkpoint in `folder` where there is one of this name, and leave
    it whole, as a plain one. What it took is returned.

    Args:
        parts: rows to learn and rows to look at, as training_loop.Part.
    Raises:
        SettingsProblem, OutOfMemory, Cancelled (the checkpoint stays).
    """
    import torch

    from grading.backends import encoder_network, encoder_speed
    from grading.backends.encoder_checkpoint import Checkpoints
    from grading.backends.encoder_optimizer import counts
    from grading.backends.training_loop import Training

    torch.manual_seed(settings.seed)  # LoRA's matrices are drawn
    encoder_network.prepare(objective.network, settings)
    numbers = counts(objective.network)
    with memory.explained(advice(settings)), encoder_speed.threads(settings.threads) as threads:
        training = Training(objective, *parts, settings, Checkpoints(folder, name))
        training.run(on_point, is_cancelled)
    encoder_network.merge(objective.network)
    return training.record(*numbers) | {"threads": threads}


def advice(settings: EncoderSettings) -> tuple[str, ...]:
    """Which settings would need less memory, the most promising first."""
    found = ["batch_size"] if settings.batch_size > 1 else []
    found += ["max_tokens"]
    found += ["gradient_checkpointing"] if not settings.gradient_checkpointing else []
    found += ["method"] if settings.method == "full" else []
    return (*found, "base")

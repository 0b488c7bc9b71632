"""Checkpoints of a training: whole or not there, read without unpickling. Imports torch."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

NAME = "checkpoint.pt"


@dataclass
class Standing:
    """How far a training is, beside its weights: what the next step depends on, and what is told at the end."""

    step: int = 0
    best_step: int = -1
    best_loss: float = float("inf")
    evaluations_since_best: int = 0
    seconds: float = 0.0
    looking: float = 0.0  # seconds spent on validation
    examples: int = 0
    peak_memory_bytes: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


class Checkpoints:
    """The checkpoints of one training in `folder`, named by what it learns from and how (`digest`)."""

    def __init__(self, folder: Path, digest: str) -> None:
        self.folder, self.digest = folder, digest
        folder.mkdir(parents=True, exist_ok=True)

    def write(
        self, network: nn.Module, optimizer: torch.optim.Optimizer, standing: Standing
    ) -> None:
        """Beside and renamed, so that a kill leaves the one before."""
        content = {
            "digest": self.digest,
            "weights": learnt(network),
            "optimizer": optimizer.state_dict(),
            "random": random_states(),
            "standing": vars(standing),
        }
        beside = self.folder / f"{NAME}.part"
        with beside.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.folder / NAME)
        self._forget_but(standing.best_step)

    def read(self, network: nn.Module, optimizer: torch.optim.Optimizer) -> Standing:
        """Set weights, optimizer and random numbers back to the checkpoint; a new Standing where there is none
        of this training."""
        path = self.folder / NAME
        content = torch.load(path, map_location="cpu", weights_only=True) if path.is_file() else {}
        if content.get("digest") != self.digest:
            return Standing()
        network.load_state_dict(content["weights"], strict=False)
        optimizer.load_state_dict(content["optimizer"])
        set_random_states(content["random"])
        return Standing(**content["standing"])

    def keep_best(self, network: nn.Module, step: int) -> None:
        """Keep these weights as those of the lowest validation loss."""
        beside = self.folder / "best.part"
        save_file({name: weight.contiguous() for name, weight in learnt(network).items()}, beside)
        os.replace(beside, self._best(step))

    def load_best(self, network: nn.Module, step: int) -> None:
        network.load_state_dict(load_file(self._best(step)), strict=False)

    def _best(self, step: int) -> Path:
        return self.folder / f"best-{step}.safetensors"

    def _forget_but(self, step: int) -> None:
        for path in self.folder.glob("best-*.safetensors"):
            if path != self._best(step):
                path.unlink()


def learnt(network: nn.Module) -> dict[str, torch.Tensor]:
    """The weights that a training changes; all others are the base's."""
    return {
        name: weight.detach() for name, weight in network.named_parameters() if weight.requires_grad
    }


def random_states() -> list[torch.Tensor]:
    cuda = [torch.cuda.get_rng_state()] if torch.cuda.is_available() else []
    return [torch.get_rng_state(), *cuda]


def set_random_states(states: list[torch.Tensor]) -> None:
    torch.set_rng_state(states[0])
    if torch.cuda.is_available() and len(states) > 1:
        torch.cuda.set_rng_state(states[1])

"""The training of a network, step by step; a kill costs what lies behind the last checkpoint.

Imports torch.
"""

from __future__ import annotations

import time
from collections.abc import Sized
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch

from grading.backends import encoder_speed, memory
from grading.backends.encoder_batches import training_batches
from grading.backends.encoder_checkpoint import Checkpoints, Standing
from grading.backends.encoder_network import Network
from grading.backends.encoder_optimizer import optimizer_of, set_rate
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.papers import Floats
from grading.backends.progress import Cancelled, IsCancelled, OnPoint, Point

POINTS = 200  # of the training curve, at most
LARGEST_NORM = 1.0
EVALUATION_TOKENS = 1024


class Part(Sized, Protocol):
    """Rows to learn or to look at, with their lengths in tokens."""

    @property
    def weights(self) -> Floats: ...

    @property
    def lengths(self) -> list[int]: ...


class Objective(Protocol):
    """What is learnt: how wrong the network is on some rows of a part, and what is told of it."""

    network: Network

    def losses(self, part: Any, rows: list[int]) -> tuple[torch.Tensor, list[Any]]:
        """(rows,) losses, and what was told of each row."""

    def figures(self, part: Any, rows: list[int], told: list[Any]) -> tuple[float, float | None]:
        """Accuracy and QWK of what was told."""


@dataclass
class Tally:
    """Sums over the batches since the last point."""

    loss: float = 0.0
    started: float = field(default_factory=time.perf_counter)
    told: list[Any] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def add(self, rows: list[int], losses: torch.Tensor, told: list[Any]) -> None:
        self.loss += float(losses.detach().sum())
        self.rows += rows
        self.told += told


class Training:
    """One fine-tuning of an objective's network."""

    def __init__(
        self, objective: Objective, data: Part, held: Part, settings: EncoderSettings,
        checkpoints: Checkpoints,
    ) -> None:  # fmt: skip
        self.device = encoder_speed.device()
        self.objective, self.data, self.held = objective, data, held
        self.network = objective.network.to(self.device)
        self.settings, self.checkpoints = settings, checkpoints
        self.per_epoch = -(-len(data) // settings.batch_size)
        self.steps = self.per_epoch * settings.epochs
        self.optimizer = optimizer_of(self.network, settings)
        if self.device.type == "cpu":
            memory.check(self._needed())
        torch.manual_seed(settings.seed)
        self.standing = checkpoints.read(self.network, self.optimizer)
        facts = self.standing.facts
        facts.setdefault("precision", encoder_speed.precision(settings.precision, self.device))
        self.is_short = facts["precision"] == "bfloat16"
        self._saved = time.perf_counter()

    def _needed(self) -> int:
        """Bytes beyond the weights, roughly: gradients and two moments of what learns; what each layer keeps of
        the longest batch for the way back (measured: some 18 numbers a token and unit of its width, 3 a pair of
        tokens and head)."""
        learning = sum(weight.numel() for weight in self._learning)
        longest = max(self.data.lengths, default=0)
        config = self.network.encoder.config
        layers = 1 if self.settings.gradient_checkpointing else config.num_hidden_layers
        each = 18 * config.hidden_size + 3 * config.num_attention_heads * longest
        return int(4 * (3 * learning + self.settings.batch_size * longest * layers * each))

    def run(self, on_point: OnPoint, is_cancelled: IsCancelled) -> Standing:
        """Train to the end and leave the network with its best weights. Raises Cancelled."""
        self.network.train()
        standing, tally = self.standing, Tally()
        while standing.step < self.steps and not self._is_enough():
            if is_cancelled():
                self._save()
                raise Cancelled
            self._step(tally)
            if standing.step % max(1, self.steps // POINTS) == 0:
                on_point(self._point("train", self.data, tally))
                tally = Tally()
            if self._is_time_to_look():
                began = time.perf_counter()
                on_point(self._evaluate(is_cancelled))
                tally.started += time.perf_counter() - began
                standing.looking += time.perf_counter() - began
            if time.perf_counter() - self._saved >= self.settings.checkpoint_seconds:
                self._save()
        if standing.best_step >= 0:
            self.checkpoints.load_best(self.network, standing.best_step)
        return standing

    def _step(self, tally: Tally) -> None:
        started = time.perf_counter()
        standing = self.standing
        rows = self._batches()[standing.step % self.per_epoch]
        set_rate(self.optimizer, self.settings, standing.step / self.steps)
        losses, told = self._losses(self.data, rows)
        weights = torch.tensor(self.data.weights[rows], dtype=losses.dtype, device=self.device)
        (losses * weights).mean().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._learning, LARGEST_NORM)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        tally.add(rows, losses, told)
        standing.step += 1
        standing.examples += len(rows)
        standing.seconds += time.perf_counter() - started

    @property
    def _learning(self) -> list[torch.Tensor]:
        return [weight for group in self.optimizer.param_groups for weight in group["params"]]

    def _batches(self) -> list[list[int]]:
        epoch = self.standing.step // self.per_epoch
        if getattr(self, "_drawn", (None,))[0] != epoch:
            size, seed = self.settings.batch_size, self.settings.seed
            self._drawn = epoch, training_batches(self.data.lengths, size, seed, epoch)
        return self._drawn[1]

    def _losses(self, part: Part, rows: list[int]) -> tuple[torch.Tensor, list[Any]]:
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.is_short):
            return self.objective.losses(part, rows)

    def _is_time_to_look(self) -> bool:
        """At the ends of equal parts of an epoch."""
        parts, done = self.settings.evaluations_per_epoch, self.standing.step
        share = self.per_epoch / min(parts, self.per_epoch)
        return len(self.held) > 0 and int(done / share) > int((done - 1) / share)

    def _is_enough(self) -> bool:
        patience = self.settings.patience
        return 0 < patience <= self.standing.evaluations_since_best

    @torch.no_grad()
    def _evaluate(self, is_cancelled: IsCancelled) -> Point:
        """Cancelling here writes no checkpoint: taken up from it this look would be left out."""
        self.network.eval()
        tally, lengths = Tally(), self.held.lengths
        left = sorted(range(len(lengths)), key=lengths.__getitem__)
        while left:
            if is_cancelled():
                raise Cancelled
            count = max(1, EVALUATION_TOKENS // lengths[left[-1]])
            rows = [left.pop() for _ in range(min(count, len(left)))]
            tally.add(rows, *self._losses(self.held, rows))
        self.network.train()
        self._judge(tally.loss / len(self.held))
        return self._point("validation", self.held, tally)

    def _judge(self, loss: float) -> None:
        standing = self.standing
        standing.evaluations_since_best += 1
        if loss < standing.best_loss:
            standing.best_loss, standing.best_step = loss, standing.step
            standing.evaluations_since_best = 0
            self.checkpoints.keep_best(self.network, standing.step)

    def _point(self, split: str, part: Part, tally: Tally) -> Point:
        accuracy, qwk = self.objective.figures(part, tally.rows, tally.told)
        spent = time.perf_counter() - tally.started
        standing = self.standing
        return Point(
            step=standing.step,
            steps=self.steps,
            epoch=standing.step / self.per_epoch,
            split=split,
            loss=tally.loss / len(tally.rows),
            accuracy=accuracy,
            qwk=qwk,
            examples_per_second=len(tally.rows) / max(spent, 1e-9),
            seconds_left=(standing.seconds + standing.looking)
            / standing.step
            * (self.steps - standing.step),
        )

    def _save(self) -> None:
        standing = self.standing
        standing.peak_memory_bytes = max(standing.peak_memory_bytes, self._peak())
        self.checkpoints.write(self.network, self.optimizer, standing)
        self._saved = time.perf_counter()

    def _peak(self) -> int:
        """Bytes: of the graphics card where one is used, else of the process."""
        if self.device.type == "cuda":
            return int(torch.cuda.max_memory_allocated())
        return memory.peak_bytes()

    def record(self, parameters: int, trained: int) -> dict[str, Any]:
        """What the training took, for the lineage of a version."""
        standing, has_best = self.standing, self.standing.best_step >= 0
        return {
            "is_trained": True,
            "training_seconds": standing.seconds,
            "peak_memory_bytes": max(standing.peak_memory_bytes, self._peak()),
            "parameters": parameters,
            "parameters_trained": trained,
            "examples_per_second": standing.examples / max(standing.seconds, 1e-9),
            "steps": standing.step,
            "steps_planned": self.steps,
            "best_step": standing.best_step if has_best else None,
            "validation_loss": standing.best_loss if has_best else None,
            "precision": standing.facts["precision"],
        }

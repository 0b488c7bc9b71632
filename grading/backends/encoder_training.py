"""The training of an encoder grader, step by step; a kill costs what lies behind the last checkpoint.

Imports torch.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import torch

from grading.backends import encoder_speed, memory
from grading.backends.encoder_batches import padded, training_batches
from grading.backends.encoder_checkpoint import Checkpoints, Standing
from grading.backends.encoder_data import Learnable, mean_qwk
from grading.backends.encoder_network import Network
from grading.backends.encoder_optimizer import optimizer_of, set_rate
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.encoder_text import PaperEncoder
from grading.backends.progress import Cancelled, IsCancelled, OnPoint, Point

POINTS = 200  # of the training curve, at most
LARGEST_NORM = 1.0
EVALUATION_TOKENS = 1024


@dataclass
class Tally:
    """Sums over the batches since the last point."""

    loss: float = 0.0
    started: float = field(default_factory=time.perf_counter)
    told: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def add(self, rows: list[int], losses: torch.Tensor, told: torch.Tensor) -> None:
        self.loss += float(losses.detach().sum())
        self.rows += rows
        self.told += told.argmax(dim=1).tolist()


class Training:
    """One fine-tuning of a network."""

    def __init__(
        self, network: Network, read: PaperEncoder, data: Learnable, held: Learnable,
        settings: EncoderSettings, checkpoints: Checkpoints,
    ) -> None:  # fmt: skip
        self.device = encoder_speed.device()
        self.network, self.read, self.data, self.held = network.to(self.device), read, data, held
        self.settings, self.checkpoints = settings, checkpoints
        self.per_epoch = -(-len(data) // settings.batch_size)
        self.steps = self.per_epoch * settings.epochs
        self.optimizer = optimizer_of(network, settings)
        torch.manual_seed(settings.seed)
        self.standing = checkpoints.read(network, self.optimizer)
        facts = self.standing.facts
        facts.setdefault("precision", encoder_speed.precision(settings.precision, self.device))
        self.is_short = facts["precision"] == "bfloat16"
        self._saved = time.perf_counter()

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
                on_point(self._evaluate())
                tally.started = time.perf_counter()
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
        (losses * weights).mean().backward()
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

    def _losses(self, data: Learnable, rows: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """(rows,) losses and (rows, marks) log-probabilities."""
        batch = padded([data.encoded[row] for row in rows], self.read, self.device)
        head = self.network.head
        marks = head.marks([data.questions[row] for row in rows]).to(self.device)
        right = torch.tensor([data.right[row] for row in rows], device=self.device)
        place = torch.tensor([data.place[row] for row in rows], device=self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.is_short):
            vectors = self.network.vectors(batch)
        return head.loss(vectors, marks, right, place)

    def _is_time_to_look(self) -> bool:
        """At the ends of equal parts of an epoch."""
        parts, done = self.settings.evaluations_per_epoch, self.standing.step
        share = self.per_epoch / min(parts, self.per_epoch)
        return len(self.held) > 0 and int(done / share) > int((done - 1) / share)

    def _is_enough(self) -> bool:
        patience = self.settings.patience
        return 0 < patience <= self.standing.evaluations_since_best

    @torch.no_grad()
    def _evaluate(self) -> Point:
        self.network.eval()
        tally, left = Tally(), sorted(range(len(self.held)), key=self.held.lengths.__getitem__)
        while left:
            count = max(1, EVALUATION_TOKENS // len(self.held.encoded[left[-1]]))
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

    def _point(self, split: str, data: Learnable, tally: Tally) -> Point:
        right = [data.right[row] for row in tally.rows]
        hits = np.mean([a == b for a, b in zip(tally.told, right, strict=True)])
        questions = [data.questions[row] for row in tally.rows]
        spent = time.perf_counter() - tally.started
        standing = self.standing
        return Point(
            step=standing.step,
            steps=self.steps,
            epoch=standing.step / self.per_epoch,
            split=split,
            loss=tally.loss / len(tally.rows),
            accuracy=float(hits),
            qwk=mean_qwk(questions, tally.told, right),
            examples_per_second=len(tally.rows) / max(spent, 1e-9),
            seconds_left=standing.seconds / standing.step * (self.steps - standing.step),
        )

    def _save(self) -> None:
        standing = self.standing
        standing.peak_memory_bytes = max(standing.peak_memory_bytes, memory.peak_bytes())
        self.checkpoints.write(self.network, self.optimizer, standing)
        self._saved = time.perf_counter()

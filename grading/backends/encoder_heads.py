"""From a text's vector to a probability for every mark. Imports torch: only from inside functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from grading.backends import encoder_scales as scales
from grading.backends.papers import Floats, Question

LEAST = 1e-12
FEW = ("first", "raw_gaps", "log_spread")  # thresholds and spread, beside the linear layer
LEAST_GAP = 0.5  # between thresholds at the start, so that they can still learn
LEAST_SPREAD = 0.05
NONE = float("-inf")


@dataclass(frozen=True)
class Marks:
    """The scales of a batch's questions: is_mark (rows, marks), read (rows, marks or edges, knots),
    edges (rows, marks − 1; ∞ beyond the last)."""

    is_mark: Tensor
    read: Tensor
    edges: Tensor

    def to(self, device: torch.device) -> Marks:
        return Marks(self.is_mark.to(device), self.read.to(device), self.edges.to(device))


class Head(nn.Module):
    """A linear layer and, by kind, what turns its output into probabilities.

    "ordinal": one score s and rising thresholds t; P(mark > k) = σ(s − t_k) (McCullagh 1980).
    "class": one logit at every place of a mark; softmax over the question's marks.
    "regression": the place itself, with a normal spread that is learnt; P by the area around each mark.
    """

    def __init__(self, kind: str, width: int, knots: Sequence[float]) -> None:
        super().__init__()
        self.kind, self.knots = kind, list(knots)
        self.linear = nn.Linear(width, len(knots) if kind == "class" else 1)
        nn.init.normal_(self.linear.weight, std=0.02)
        nn.init.constant_(self.linear.bias, 0.5 if kind == "regression" else 0.0)
        if kind == "ordinal":
            self.first = nn.Parameter(torch.tensor(4 * (self.knots[0] - 0.5)))
            gaps = torch.tensor(4 * np.diff(self.knots), dtype=torch.float32)
            self.raw_gaps = nn.Parameter(torch.log(torch.expm1(gaps)))  # softplus brings them back
        if kind == "regression":
            self.log_spread = nn.Parameter(torch.tensor(float(np.log(0.35))))

    def begin(self, place: Sequence[float], weights: Floats) -> None:
        """Start from how often the answers to learn have each mark (`place` in [0, 1], `weights`): at usual rates a
        training of some hundred steps would hardly move the thresholds there. Where none counts, the start
        stays even."""
        if not weights.sum():
            return
        at, share = np.array(place), weights / weights.sum()
        if self.kind == "regression":
            mean = share @ at
            spread = max(float(np.sqrt(share @ (at - mean) ** 2)), LEAST_SPREAD)
            self._set(self.linear.bias, [mean])
            self._set(self.log_spread, np.log(spread))
        elif self.kind == "ordinal":
            count = len(at)
            below = np.array([share @ (at < knot) for knot in self.knots])
            odds = np.log((below * count + 0.5) / ((1 - below) * count + 0.5))
            self._set(self.first, odds[0])
            self._set(self.raw_gaps, np.log(np.expm1(np.maximum(np.diff(odds), LEAST_GAP))))
        else:
            near = np.abs(at[:, None] - np.array(self.knots)).argmin(axis=1)
            counts = np.bincount(near, share * len(at), len(self.knots))
            self._set(self.linear.bias, np.log((counts + 0.5) / (len(at) + 0.5 * len(counts))))

    @staticmethod
    def _set(weight: Tensor, values: Any) -> None:
        with torch.no_grad():
            weight.copy_(torch.as_tensor(values, dtype=weight.dtype))

    def marks(self, questions: Sequence[Question]) -> Marks:
        """The questions' scales as this head reads them."""
        counts = [len(question.marks) for question in questions]
        is_mark = np.arange(max(counts)) < np.array(counts)[:, None]
        read = np.zeros((len(questions), max(counts), len(self.knots)), dtype=np.float32)
        edges = np.full((len(questions), max(counts)), np.inf, dtype=np.float32)
        for row, question in enumerate(questions):
            between = scales.edges(question)
            at = scales.places(question) if self.kind == "class" else between
            read[row, : len(at)] = scales.reading(self.knots, at)
            edges[row, : len(between)] = between
        return Marks(
            torch.from_numpy(is_mark), torch.from_numpy(read), torch.from_numpy(edges[:, :-1])
        )

    def forward(self, vectors: Tensor, marks: Marks) -> Tensor:
        """(rows, marks) log-probabilities, −∞ where a question has fewer marks; in float32."""
        with torch.autocast(vectors.device.type, enabled=False):
            told = self.linear(vectors.float())
            if self.kind == "class":
                logits = (marks.read @ told[:, :, None])[:, :, 0]
                return functional.log_softmax(logits.masked_fill(~marks.is_mark, NONE), dim=1)
            if self.kind == "ordinal":
                return self._ordinal(told, marks)
            return self._regression(told, marks)

    def loss(
        self, vectors: Tensor, marks: Marks, right: Tensor, place: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(rows,) losses and the log-probabilities: −log P(right mark); for regression −log density."""
        found = self(vectors, marks)
        if self.kind != "regression":
            return -found.gather(1, right[:, None])[:, 0], found
        with torch.autocast(vectors.device.type, enabled=False):
            gap = (self.linear(vectors.float())[:, 0] - place) / self.log_spread.exp()
        return 0.5 * gap**2 + self.log_spread, found.detach()

    def _ordinal(self, score: Tensor, marks: Marks) -> Tensor:
        rising = torch.cat([self.first[None], functional.softplus(self.raw_gaps)]).cumsum(0)
        above = (marks.read[:, :-1] @ rising) - score  # (rows, edges): t − s
        is_edge = marks.is_mark[:, 1:]
        upper = above.masked_fill(~is_edge, 0.0)
        # P(k) = σ(b) − σ(a) = σ(b) σ(−a) (1 − e^(a−b)) between neighbouring edges a < b
        rows, none = len(score), score.new_zeros(len(score), 1)
        to_upper = torch.cat([functional.logsigmoid(upper).masked_fill(~is_edge, 0.0), none], dim=1)
        to_lower = torch.cat([none, functional.logsigmoid(-upper)], dim=1)
        step = (upper[:, 1:] - upper[:, :-1]).masked_fill(~is_edge[:, 1:], 1.0)
        inside = torch.log(-torch.expm1(-step.clamp_min(1e-6))).masked_fill(~is_edge[:, 1:], 0.0)
        if marks.is_mark.shape[1] == 1:
            return score.new_zeros(rows, 1)
        found = to_upper + to_lower + torch.cat([none, inside, none], dim=1)
        return found.masked_fill(~marks.is_mark, NONE)

    def _regression(self, told: Tensor, marks: Marks) -> Tensor:
        spread = self.log_spread.exp()
        below = torch.special.ndtr(((marks.edges - told) / spread).double())
        rows = below.new_zeros(len(told), 1)
        area = torch.diff(torch.cat([rows, below, rows + 1], dim=1), dim=1).clamp_min(LEAST)
        area = area.masked_fill(~marks.is_mark, 0.0)
        return torch.log(area / area.sum(dim=1, keepdim=True)).float()

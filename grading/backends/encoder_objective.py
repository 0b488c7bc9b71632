"""What an encoder grader learns: the right mark of every paper. Imports torch."""

from __future__ import annotations

import numpy as np
import torch

from grading.backends import encoder_speed
from grading.backends.encoder_data import Learnable, mean_qwk
from grading.backends.encoder_network import Network
from grading.backends.encoder_text import PaperEncoder


class MarkingObjective:
    """See `training_loop.Objective`; what is told of a row is the column of the likeliest mark."""

    def __init__(self, network: Network, read: PaperEncoder) -> None:
        self.network, self.read, self.device = network, read, encoder_speed.device()

    def losses(self, part: Learnable, rows: list[int]) -> tuple[torch.Tensor, list[int]]:
        vectors = self.network.vectors([part.encoded[row] for row in rows], self.read, self.device)
        head = self.network.head
        marks = head.marks([part.questions[row] for row in rows]).to(self.device)
        right = torch.tensor([part.right[row] for row in rows], device=self.device)
        place = torch.tensor([part.place[row] for row in rows], device=self.device)
        losses, told = head.loss(vectors, marks, right, place)
        return losses, told.argmax(dim=1).tolist()

    def figures(
        self, part: Learnable, rows: list[int], told: list[int]
    ) -> tuple[float, float | None]:
        right = [part.right[row] for row in rows]
        hits = [a == b for a, b in zip(told, right, strict=True)]
        return float(np.mean(hits)), mean_qwk([part.questions[row] for row in rows], told, right)

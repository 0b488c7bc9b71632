"""How far a version's marks move when only the surface of held-out answers changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grading.backends.papers import Paper
from grading.backends.trained import TrainedGrader
from grading.methods.metrics_robustness import Change, robustness
from grading.methods.perturbations import RATE

MOST = {"classical": 200, "encoder": 100, "generator": 20}  # answers; each is marked five times
SEED = 0  # of which answers and which letters: every version of a grader is tried alike


def grader_robustness(
    trained: TrainedGrader, papers: Sequence[Paper], *, most: int, rate: float = RATE
) -> dict[str, dict[str, Any]]:
    """Perturbation → {"texts", "share", "low", "high": of marks that change; "size", "bias": in marks}.

    Papers whose question it does not know, and those that a perturbation cannot alter, are left out.
    """
    known = [paper for paper in papers if trained.known(paper.question) is not None]
    places = np.random.default_rng(SEED).permutation(len(known))[:most]
    tried = [known[i] for i in sorted(places)]

    def marks(which: Sequence[int], answers: Sequence[str]) -> list[float]:
        changed = [replace(tried[i], answer=text) for i, text in zip(which, answers, strict=True)]
        told = trained.grade(changed, with_neighbours=False)
        return [one.mark for one in told if one is not None]

    found = robustness(marks, [paper.answer for paper in tried], seed=SEED, rate=rate)
    return {kind: _plain(change) for kind, change in found.items() if change.texts}


def _plain(change: Change) -> dict[str, Any]:
    return {
        "texts": change.texts,
        "share": change.share.value,
        "low": change.share.detail["low"],
        "high": change.share.detail["high"],
        "size": change.size.value,
        "bias": change.size.detail["bias"],
    }

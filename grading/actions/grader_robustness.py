"""How much a grader's marks move when only the surface of the answers changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grading.backends.papers import Grader, Paper, marks_of
from grading.methods.metrics_robustness import Change, robustness
from grading.methods.perturbations import KINDS, RATE


def grader_robustness(
    *, grader: Grader, papers: Sequence[Paper], seed: int, kinds: Sequence[str] = KINDS,
    rate: float = RATE,
) -> dict[str, Change]:  # fmt: skip
    """Perturbation → change of the marks, in marks; papers that it cannot alter are left out of it."""

    def moved(which: Sequence[int], answers: Sequence[str]) -> list[float]:
        changed = [replace(papers[i], answer=text) for i, text in zip(which, answers, strict=True)]
        return marks_of(changed, grader.probabilities(changed))

    return robustness(moved, [paper.answer for paper in papers], seed=seed, kinds=kinds, rate=rate)

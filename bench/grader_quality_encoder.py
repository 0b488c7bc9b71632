"""A small encoder on the same folds, from random weights, alone and joined with the classical grader.

One network reads all questions. Nothing was taught to it before, so that this is no picture of what a
pretrained encoder does; it says what a network of this size learns from these answers alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from grader_quality_folds import INNER, Chances, Rows, Way, classical, parts
from grading_data import make_base
from real_data_grading import Exam

from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.papers import Paper
from grading.methods.log_pool import LogPool

LAYERS, WIDTH = 2, 128
EPOCHS = {"CESA": 8, "ASAP-SAS": 4}  # of the latter there are more and longer answers
Pair = tuple[Chances, Chances]


def encoder(base: Path) -> Way:
    """Chances of the learnt rows by inner folds, and of the rest."""

    def told(exam: Exam, papers: list[Paper], fit: Rows, rest: Rows, seed: int) -> Pair:
        inside: Chances = {}
        for inner_fit, inner_rest in parts(exam, fit, INNER, seed):
            inside |= _chances(exam, base, papers, inner_fit, inner_rest)
        return inside, _chances(exam, base, papers, fit, rest)

    return told


def remembered(way: Way) -> Way:
    """What a way told of a fold, kept for who asks of the same fold again."""
    kept: dict[int, Pair] = {}

    def told(exam: Exam, papers: list[Paper], fit: Rows, rest: Rows, seed: int) -> Pair:
        if seed not in kept:
            kept[seed] = way(exam, papers, fit, rest, seed)
        return kept[seed]

    return told


def with_classical(network: Way) -> Way:
    """Both, weighed for each question by what they told of the learnt rows."""

    def told(exam: Exam, papers: list[Paper], fit: Rows, rest: Rows, seed: int) -> Pair:
        pairs = [way(exam, papers, fit, rest, seed) for way in (classical, network)]
        joined: Pair = {}, {}
        for key in np.unique(exam.question):
            rows = [part[exam.question[part] == key].tolist() for part in (fit, rest)]
            inner, outer = (
                np.array([[pair[side][i] for i in rows[side]] for pair in pairs]) for side in (0, 1)
            )
            marks = papers[rows[0][0]].question.marks
            right = np.searchsorted(marks, exam.definitive[rows[0]])
            pool = LogPool.learnt(inner, right, np.ones(len(right)))
            for side, chances in enumerate((inner, outer)):
                joined[side].update(zip(rows[side], pool.chances(chances), strict=True))
        return joined

    return told


def base_for(exam: Exam, folder: Path) -> Path:
    return make_base(folder / "base", exam.text, layers=LAYERS, width=WIDTH, size=0)


def _chances(exam: Exam, base: Path, papers: list[Paper], fit: Rows, rest: Rows) -> Chances:
    settings = EncoderSettings(
        str(base), head="ordinal", epochs=EPOCHS[exam.name], batch_size=32, learning_rate=1e-3,
        head_learning_rate=2e-3, max_tokens=128, patience=0, evaluations_per_epoch=1,
        checkpoint_seconds=3600, threads=1, precision="float32",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        grader = EncoderGrader.fit([papers[i] for i in fit], [], settings, Path(folder))
    told = grader.probabilities([papers[i] for i in rest])
    return dict(zip(rest.tolist(), told, strict=True))

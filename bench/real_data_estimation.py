"""DialSummEval as a population whose mean is known: do the intervals hold it, and what is saved?

1,400 summaries (100 dialogues × 14 systems), each criterion's truth the mean of its three raters. A
sample is drawn, and the mean is estimated with and without the automatic scores, overall and for
every system. The scores are those of the data: BARTScore alone, or nine of them made one by cross-fit
ridge regression on the sample.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import simple_design
from grading.methods.estimation import estimate_mean
from grading.methods.hybrid import Auxiliary
from grading.methods.rater_panel import Ratings
from grading.methods.ridge_crossfit import crossfit_score

Floats = NDArray[np.float64]
CRITERIA = ("consistency", "relevance", "fluency", "coherence")
ONE_SCORE = "up_bartscore_s_h"  # the one that needs no reference summary
OTHERS = ("rouge1", "rouge2", "rougeL", "up_bertscore_f1", "up_moverscore", "up_chrf", "up_METEOR", "up_Bleu_4")
SCORES = (ONE_SCORE, *OTHERS)
OVERALL, A_SYSTEM = (100, 200, 400), (30, 50)


class Population(NamedTuple):
    """Truth by criterion (N,) on [0, 1], scores (N, p) and the system of each item (N,)."""

    truth: dict[str, Floats]
    scores: Floats
    system: NDArray[np.str_]


class Tally:
    """Over draws: intervals that hold the truth and their squared widths, by way of estimating."""

    def __init__(self) -> None:
        self.held: dict[str, list[bool]] = {}
        self.squares: dict[str, list[float]] = {}

    def add(self, way: str, low: float, high: float, truth: float) -> None:
        self.held.setdefault(way, []).append(low <= truth <= high)
        self.squares.setdefault(way, []).append((high - low) ** 2)

    def cells(self) -> str:
        people = np.mean(self.squares["people"])
        parts = [f"{np.mean(self.held['people']):.3f}"]
        for way in ("one score", "ridge"):
            saved = 1 - np.mean(self.squares[way]) / people
            parts.append(f"{np.mean(self.held[way]):.3f} | {saved:.0%}")
        return " | ".join(parts)


def read(folder: Path) -> Population:
    with (folder / "dialsummeval" / "computed_scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    truth = {name: (np.array([float(r[name]) for r in rows]) - 1) / 4 for name in CRITERIA}
    scores = np.array([[float(row[name]) for name in SCORES] for row in rows])
    return Population(truth, scores, np.array([row["model"] for row in rows]))


def table(folder: Path, draws: int, seed: int) -> Iterator[str]:
    """Lines of a Markdown table."""
    people = read(folder)
    yield "| criterion | mean of | n of N | people alone: coverage | one score: coverage | saved | ridge: coverage | saved |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    everything = [np.arange(len(people.system))]
    systems = [np.flatnonzero(people.system == name) for name in np.unique(people.system)]
    for criterion in CRITERIA:
        for what, groups, sizes in (("all", everything, OVERALL), ("a system", systems, A_SYSTEM)):
            for n in sizes:
                tally = Tally()
                rng = np.random.default_rng([seed, CRITERIA.index(criterion), n, len(groups)])
                for _ in range(draws):
                    for rows in groups:
                        draw(people.truth[criterion][rows], people.scores[rows], n, rng, tally)
                yield f"| {criterion} | {what} | {n} of {len(groups[0])} | {tally.cells()} |"


def draw(truth: Floats, scores: Floats, n: int, rng: np.random.Generator, tally: Tally) -> None:
    """One sample, estimated three ways."""
    rows = rng.choice(len(truth), n, replace=False)
    values, design = truth[rows], simple_design(n, len(truth))
    one = Auxiliary(scores[rows, 0], scores[:, 0])
    ridge = crossfit_score(values, scores[rows], scores, design.weights, seed=int(rng.integers(2**31)))
    none = np.zeros(0, dtype=np.int64)
    settled = Ratings(none, none, np.zeros(0), none, n)
    for way, auxiliary in (("people", None), ("one score", one), ("ridge", ridge)):
        found = estimate_mean(values, design, settled, auxiliary=auxiliary).these
        if found.low is not None and found.high is not None:
            tally.add(way, found.low, found.high, float(truth.mean()))

"""Rates from strata drawn unequally: a large stratum of which little was drawn may have passed by chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from grading.methods.design import DesignProblem, stratified_design
from grading.methods.estimation import estimate_mean
from grading.methods.hybrid import Auxiliary
from grading.methods.interval import Interval, unknown
from grading.methods.looks import looks_taken
from grading.methods.rater_panel import Ratings
from grading.methods.stopping import StoppingRule

RUNS, ITEMS = 300, 3000
NONE = np.zeros(0, dtype=np.int64)


@pytest.mark.parametrize("rule", ["fixed", "obrien_fleming", "anytime"])
@pytest.mark.parametrize(
    ("rates", "sizes", "drawn"),
    [
        ((0.95, 0.6), (2700, 300), (30, 70)),
        ((0.98, 0.98), (2700, 300), (50, 50)),
        ((0.97, 0.9, 0.7), (2100, 750, 150), (34, 33, 33)),
        ((0.95, 0.6), (2100, 900), (70, 30)),
    ],
)
def test_definitive_marks_pass_wrongly_no_more_often_than_promised(rule, rates, sizes, drawn) -> None:
    """The truth is the threshold, so every verdict is wrong; 5 % may be, either way."""
    rng, stopping = np.random.default_rng(6), StoppingRule(rule, sum(drawn))
    stratum = np.repeat(np.arange(len(rates)), sizes)
    named, outcomes = {str(i): float(size) for i, size in enumerate(sizes)}, []
    for _run in range(RUNS):
        right = (rng.random(ITEMS) < np.array(rates)[stratum]).astype(float)
        rows = np.concatenate([rng.choice(np.flatnonzero(stratum == i), n, False) for i, n in enumerate(drawn)])
        rows = rng.permutation(rows)

        def interval_at(items: int, confidence: float, rows=rows, right=right) -> Interval:
            try:
                design = stratified_design(stratum[rows[:items]].astype(str).tolist(), named)
            except DesignProblem as problem:
                return unknown(problem.code)
            ratings = Ratings(NONE, NONE, np.zeros(0), NONE, items)
            return estimate_mean(right[rows[:items]], design, ratings, confidence=confidence).like

        outcomes.append(looks_taken(stopping, sum(drawn), interval_at, right.mean())[-1].outcome)
    assert outcomes.count("pass") <= 0.04 * RUNS
    assert outcomes.count("fail") <= 0.04 * RUNS


@pytest.mark.parametrize(
    ("rates", "sizes", "drawn"),
    [((0.95, 0.6), (2700, 300), (30, 70)), ((0.97, 0.9, 0.7), (2100, 750, 150), (34, 33, 33))],
)
def test_a_helping_score_makes_the_large_stratum_no_more_certain(rates, sizes, drawn) -> None:
    rng, stratum, passed, failed = np.random.default_rng(8), np.repeat(np.arange(len(rates)), sizes), 0, 0
    named = {str(i): float(size) for i, size in enumerate(sizes)}
    for _run in range(400):
        hard = rng.normal(size=ITEMS)
        right = (hard < special.ndtri(np.array(rates))[stratum]).astype(float)
        score = -hard + rng.normal(0, 0.6, ITEMS)
        rows = np.concatenate([rng.choice(np.flatnonzero(stratum == i), n, False) for i, n in enumerate(drawn)])
        design = stratified_design(stratum[rows].astype(str).tolist(), named)
        ratings = Ratings(NONE, NONE, np.zeros(0), NONE, len(rows))
        found = estimate_mean(right[rows], design, ratings, auxiliary=Auxiliary(score[rows], score))
        passed += found.like.low > right.mean()
        failed += found.like.high < right.mean()
    assert passed <= 0.07 * 400
    assert failed <= 0.04 * 400

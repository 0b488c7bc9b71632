"""What a version makes of its backend's probabilities, learnt from rows held out for tuning."""

from __future__ import annotations

import numpy as np

from grading.backends.papers import Floats, Grader, Paper, expected_marks, marks_of
from grading.backends.trained import Calibration, raw_confidence
from grading.methods.grader_measures import mean_qwk
from grading.methods.mark_calibration import LEAST_FOR_ISOTONIC, isotonic, temperature, tempered

LEAST_TO_CALIBRATE = 30


def calibrated(backend: Grader, papers: list[Paper]) -> Calibration:
    """Temperature, way of choosing the mark and confidence, all from rows held out for tuning."""
    if len(papers) < LEAST_TO_CALIBRATE:
        return Calibration()
    told = backend.probabilities(papers)
    right = np.array([paper.mark for paper in papers], dtype=float)
    heat = _temperature(told, papers)
    warm = [tempered(one[None, :], heat)[0] for one in told]
    mark = _way(papers, warm, right)
    marks = (expected_marks if mark == "expected" else marks_of)(papers, warm)
    if len(papers) < LEAST_FOR_ISOTONIC:
        return Calibration(heat, mark=mark)
    stairs = isotonic(raw_confidence(papers, warm, marks), np.abs(np.array(marks) - right) < 1e-9)
    return Calibration(heat, tuple(stairs.starts.tolist()), tuple(stairs.levels.tolist()), mark)


def _temperature(told: list[Floats], papers: list[Paper]) -> float:
    """Questions may have scales of different lengths: shorter ones are filled up with marks of probability 0."""
    width = max(len(one) for one in told)
    table = np.zeros((len(told), width))
    for row, one in zip(table, told, strict=True):
        row[: len(one)] = one
    columns = [paper.question.marks.index(paper.mark) for paper in papers]  # type: ignore[arg-type]
    return temperature(table, np.array(columns))


def _way(papers: list[Paper], told: list[Floats], right: Floats) -> str:
    """The rounded mean where it is no less often right and agrees better; else the likeliest mark."""
    questions = [paper.question.key for paper in papers]
    standing = []
    for choose in (marks_of, expected_marks):
        marks = np.array(choose(papers, told))
        kappa = mean_qwk(marks, right, questions)
        standing.append((float((np.abs(marks - right) < 1e-9).mean()), kappa or 0.0))
    return "expected" if all(b >= a for a, b in zip(*standing, strict=True)) else "likeliest"

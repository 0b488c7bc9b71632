"""What a version says of its held-out rows keeps its place, also where it has no mark to give."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from grading import version_compare
from grading.actions.grader_baselines import Told
from grading.actions.version_measures import held_out_rows, measures_of, told_by
from grading.backends.papers import Paper, Question
from grading.backends.trained import Calibration, TrainedGrader
from grading.grader_data import Part
from grading.held_out import SureRow, sure_rows

ONE, TWO = (Question(key, (0.0, 1.0, 2.0), text=f"{key}?") for key in "12")


class Sure:
    """Gives the highest mark."""

    def probabilities(self, papers):
        return [np.array([0.1, 0.2, 0.7]) for _paper in papers]


def held() -> Part:
    papers = [Paper(ONE, "a", 2.0), Paper(TWO, "b", 1.0), Paper(ONE, "c", 0.0), Paper(TWO, "d", 1.0)]
    return Part(papers, [paper.answer for paper in papers], ["s1", "s1", "s2", ""])


def told(*known: Question) -> Told:
    grader = TrainedGrader(Sure(), None, Calibration(), known, knows_all=False)
    return told_by("this", grader, held())


def version(folder, *known: Question):
    (folder / "held_out.json").write_text(json.dumps(held_out_rows(held(), [told(*known)]), allow_nan=False))
    return SimpleNamespace(folder=folder)


def test_rows_that_it_cannot_mark_are_left_open_in_their_place(tmp_path):
    made = version(tmp_path, TWO)
    kept = json.loads((tmp_path / "held_out.json").read_text())
    assert kept["rows"] == ["a", "b", "c", "d"]
    assert kept["marks"]["this"] == [None, 2.0, None, 2.0]
    assert [one is None for one in kept["confidence"]] == [True, False, True, False]
    assert sure_rows(made) == [SureRow("2", pytest.approx(0.7), False)] * 2


def test_its_figures_are_those_of_the_rows_that_it_marks():
    found = measures_of(held(), [told(TWO)], Calibration(), {})
    assert found["held_out"]["this"]["n"] == 2
    assert found["held_out"]["this"]["bias"] == 1
    assert found["held_out"]["this"]["calibration_error"] == pytest.approx(0.7)
    assert [one["question"] for one in found["by_question"]] == ["2"]


def test_two_versions_are_compared_on_the_rows_that_both_mark(tmp_path):
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    both, part = version(folders[0], ONE, TWO), version(folders[1], ONE)
    (test,) = version_compare.tests_of([both, part])
    assert test.found is not None
    assert test.found.n == 2

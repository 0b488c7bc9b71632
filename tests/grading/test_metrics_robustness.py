"""Change of a score when only the surface of the text changes."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from scipy import stats

from grading.actions.grader_robustness import SEED, grader_robustness
from grading.backends.classical import ClassicalGrader
from grading.backends.papers import Paper, Question, marks_of
from grading.backends.trained import Calibration, TrainedGrader
from grading.methods.metrics_robustness import robustness
from grading.methods.perturbations import KINDS, perturbed
from grading.metrics import compute, per_item

BEFORE = [3, 2, 4, 0, 1, 2]
AFTER = [3, 1, 4, 0, 2, 0]


def test_change_of_score_is_the_mean_absolute_difference_with_students_interval():
    found = compute("score_change", AFTER, BEFORE)
    sizes = np.abs(np.subtract(AFTER, BEFORE))
    ends = stats.t.interval(0.95, 5, sizes.mean(), stats.sem(sizes))
    assert found.value == pytest.approx(4 / 6)
    assert (found.detail["low"], found.detail["high"]) == pytest.approx(ends)
    assert found.detail["bias"] == pytest.approx(-2 / 6)


def test_share_of_changed_scores_has_wilsons_interval():
    found = compute("changed_share", AFTER, BEFORE)
    ends = stats.binomtest(3, 6).proportion_ci(method="wilson")
    assert found.value == 0.5
    assert (found.detail["low"], found.detail["high"]) == pytest.approx((ends.low, ends.high))
    assert compute("changed_share", AFTER, BEFORE, tolerance=1).value == pytest.approx(1 / 6)
    assert per_item("changed_share", AFTER, [*BEFORE[:5], None]) == [0, 1, 0, 0, 1, None]


def test_texts_are_no_scores():
    assert compute("score_change", ["a"], [1]).reason == "not_numbers"
    assert compute("changed_share", [], []).reason == "no_pairs"


def test_a_score_that_counts_words_moves_with_deletion_alone():
    texts = [f"one two three, four five six. Seven eight nine ten {name}" for name in ("a", "b", "c")]
    found = robustness(lambda _which, asked: [len(text.split()) for text in asked], texts, seed=1)
    assert [found[kind].size.value for kind in ("typos", "punctuation", "order")] == [0, 0, 0]
    assert found["deletion"].size.value == 1
    assert found["deletion"].share.value == 1
    assert found["order"].texts == 3


def test_what_a_perturbation_cannot_touch_is_left_out():
    found = robustness(lambda _which, asked: [0.0 for _ in asked], ["一句。", "一句，两句。"], seed=1)
    assert found["order"].texts == found["order"].size.n == 1


def test_a_versions_marks_before_and_after_are_those_of_the_same_papers():
    questions = [Question(key, (0.0, 1.0, 2.0)) for key in "ab"]
    texts = ["光荣革命，资产阶级统治。", "圈地运动，提供劳动力。", "不知道，没有写。"]
    papers = [Paper(q, text, float(2 - i)) for q in questions for i, text in enumerate(texts) for _ in range(4)]
    grader = ClassicalGrader().fit(papers)
    trained = TrainedGrader(grader, grader, Calibration(), questions, knows_all=False)
    unknown = Paper(Question("c", (0.0, 1.0)), "没有学过，不会评。", 1.0)
    found = grader_robustness(trained, [*papers, unknown], most=100, rate=0.4)
    assert set(found) == set(KINDS)
    for kind, change in found.items():
        others = [replace(p, answer=perturbed(p.answer, kind, seed=SEED, rate=0.4)) for p in papers]
        before, after = (marks_of(side, grader.probabilities(side)) for side in (papers, others))
        assert change["size"] == pytest.approx(np.abs(np.subtract(after, before)).mean())
        assert change["share"] == pytest.approx(np.mean(np.not_equal(after, before)))
        assert change["texts"] == len(papers)


def test_no_more_answers_are_tried_than_asked_for():
    question = Question("a", (0.0, 1.0))
    papers = [Paper(question, f"第{i}，第{i + 1}。", float(i % 2)) for i in range(40)]
    grader = ClassicalGrader().fit(papers)
    trained = TrainedGrader(grader, grader, Calibration(), [question], knows_all=False)
    assert {one["texts"] for one in grader_robustness(trained, papers, most=7).values()} == {7}
    assert grader_robustness(trained, papers, most=7) == grader_robustness(trained, papers, most=7)


def test_a_file_is_written_with_the_changed_texts(tmp_path):
    source, target = tmp_path / "answers.csv", tmp_path / "typos.csv"
    source.write_text("id,answer\n1,再见了朋友\n2,\n", "gb18030")
    call_command("perturb", source, target, column="answer", kind="typos", seed=5, stdout=io.StringIO())
    rows = list(csv.DictReader(target.open(encoding="utf-8-sig")))
    assert [row["id"] for row in rows] == ["1", "2"]
    assert rows[0]["answer"] == perturbed("再见了朋友", "typos", seed=5)
    assert rows[1]["answer"] == ""
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("perturb", source, tmp_path / "nowhere" / "typos.csv", kind="typos", stdout=io.StringIO())
    with pytest.raises(CommandError, match="There is no column “text”"):
        call_command("perturb", source, target, column="text", kind="typos", stdout=io.StringIO())

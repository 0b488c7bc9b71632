"""The encoder grader on a tiny BERT: learns, says probabilities on any scale, is the same after saving."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from grading.backends.encoder import EncoderGrader
from grading.backends.papers import Paper, Question, marks_of
from tests.grading.tiny_bert import WHEN, WHY, make_base, papers, settings


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base"))


def right_share(grader, rows) -> float:
    told = marks_of(rows, grader.probabilities(rows))
    return float(np.mean([a == paper.mark for a, paper in zip(told, rows, strict=True)]))


@pytest.mark.parametrize("head", ["ordinal", "regression", "class"])
def test_every_head_learns_two_questions_with_different_marks(base, tmp_path, head):
    grader = EncoderGrader.fit(papers(), papers(8), settings(base, head=head), tmp_path)
    assert right_share(grader, papers()) == 1
    assert right_share(EncoderGrader.untrained(settings(base), papers()), papers()) < 0.7


@pytest.fixture(scope="module")
def grader(base, tmp_path_factory):
    return EncoderGrader.fit(papers(), papers(8), settings(base), tmp_path_factory.mktemp("work"))


def test_a_scale_never_learnt_gets_probabilities_that_sum_to_one(grader):
    other = Question("3", (0.0, 1.0, 2.0, 3.0, 4.0), WHY.text, reference=WHY.reference)
    one = Question("4", (0.0,), "?")
    told = grader.probabilities([Paper(other, "煤炭统治"), Paper(one, "不知道"), Paper(WHEN, "")])
    assert [len(row) for row in told] == [5, 1, 3]
    assert all(row.sum() == pytest.approx(1) and row.min() >= 0 for row in told)


def test_probabilities_do_not_depend_on_the_company_an_answer_is_in(grader):
    rows = papers(20)
    together = grader.probabilities(rows)
    for paper, one in list(zip(rows, together, strict=True))[::7]:
        assert grader.probabilities([paper])[0] == pytest.approx(one, abs=1e-5)


def test_equal_answers_to_one_question_are_read_once(grader, monkeypatch):
    rows = [Paper(WHY, "煤炭"), Paper(WHEN, "煤炭"), Paper(WHY, "煤炭"), Paper(WHY, "统治")]
    marker, read = grader.marker(), []
    whole = marker._batch
    monkeypatch.setattr(marker, "_batch", lambda one, two: read.extend(one) or whole(one, two))
    told = grader.probabilities(rows)
    assert len(read) == 3
    assert (told[0] == told[2]).all()
    assert told[1] is not told[0]


def test_what_is_saved_needs_no_base_and_gives_the_same(tmp_path):
    base = make_base(tmp_path / "base")
    fitted = EncoderGrader.fit(papers(), [], settings(base, epochs=1), tmp_path / "work")
    fitted.save(tmp_path / "version")
    shutil.rmtree(base)
    again = EncoderGrader.load(tmp_path / "version")
    for one, other in zip(
        fitted.probabilities(papers(6)), again.probabilities(papers(6)), strict=True
    ):
        assert one == pytest.approx(other, abs=1e-6)
    assert again.record == json.loads(json.dumps(fitted.record))


def test_its_files_are_safetensors_and_json_alone(grader, tmp_path):
    grader.save(tmp_path / "version")
    kinds = {path.suffix for path in (tmp_path / "version").rglob("*") if path.is_file()}
    assert kinds <= {".safetensors", ".json", ".txt"}
    with pytest.raises(FileExistsError):
        grader.save(tmp_path / "version")


def test_the_record_tells_what_the_training_took(grader):
    record = grader.record
    assert record["parameters_trained"] == record["parameters"] > 0
    assert record["training_seconds"] > 0
    assert record["examples_per_second"] == pytest.approx(
        record["steps"] * 8 / record["training_seconds"], rel=0.01
    )
    assert record["best_step"] <= record["steps"] == record["steps_planned"]


def test_a_paper_without_a_mark_or_with_one_off_the_scale_is_refused(base, tmp_path):
    for wrong in (None, 1.5):
        with pytest.raises(ValueError, match="question 1"):
            EncoderGrader.fit([Paper(WHY, "x", wrong)], [], settings(base), tmp_path)

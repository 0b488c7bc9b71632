"""The classical grader: learns, says probabilities, is the same after saving, runs nothing from its files."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from grading.backends.classical import ClassicalGrader, Settings
from grading.backends.papers import Paper, Question, UnknownQuestion, expected_marks, marks_of
from grading.methods.plain_text import plain

WHY = Question(
    "1",
    (0.0, 1.0, 2.0),
    "英国为什么首先发生工业革命？",
    reference="煤炭丰富；资产阶级统治确立",
    scoring_points=("煤炭丰富", "资产阶级统治确立"),
)
WHEN = Question("2", (0.0, 0.5, 1.0), "何时？")
COAL = ("因为煤炭丰富", "英国煤炭很多，煤炭丰富", "煤矿多，煤炭资源丰富", "有丰富的煤炭")
RULE = ("资产阶级统治确立", "确立了资产阶级的统治", "因为资产阶级统治", "资产阶级革命后统治确立")
NEITHER = ("因为英国人勤劳", "不知道", "因为国王喜欢", "天气好")


def papers() -> list[Paper]:
    rows = [Paper(WHY, text, 0) for text in NEITHER]
    rows += [Paper(WHY, text, 1) for text in (*COAL, *RULE)]
    rows += [Paper(WHY, f"{a}，而且{b}。", 2) for a, b in zip(COAL, RULE, strict=True)]
    rows += [Paper(WHEN, f"{year}年", float(year == 1760)) for year in (1760, 1860, 1760, 1960)]
    return rows


@pytest.fixture(scope="module")
def grader() -> ClassicalGrader:
    return ClassicalGrader().fit(papers())


def test_it_marks_answers_that_it_has_not_seen(grader):
    fresh = [
        Paper(WHY, "他们很聪明，天气也好"),
        Paper(WHY, "英国的煤炭资源很丰富"),
        Paper(WHY, "煤炭资源丰富，资产阶级的统治已经确立"),
        Paper(WHEN, "１７６０年！"),
    ]
    told = grader.probabilities(fresh)
    assert marks_of(fresh, told) == [0, 1, 2, 1]
    assert all(one.sum() == pytest.approx(1) for one in told)


def test_a_mark_that_nobody_got_has_no_probability(grader):
    assert grader.probabilities([Paper(WHEN, "1760年")])[0][1] == 0


def test_a_question_it_has_not_learnt_is_named(grader):
    with pytest.raises(UnknownQuestion) as refused:
        grader.probabilities([Paper(Question("9", (0.0, 1.0)), "x")])
    assert refused.value.key == "9"


def test_what_is_saved_gives_the_same_probabilities(grader, tmp_path):
    grader.save(tmp_path)
    again = ClassicalGrader.load(tmp_path)
    fresh = [Paper(WHY, "煤炭"), Paper(WHEN, ""), Paper(WHY, "统治 <b>确立</b>")]
    for one, other in zip(grader.probabilities(fresh), again.probabilities(fresh), strict=True):
        assert one == pytest.approx(other, abs=1e-12)


def test_its_files_are_arrays_and_json_alone(grader, tmp_path):
    grader.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["classical.json", "classical.npz"]
    json.loads((tmp_path / "classical.json").read_text("utf-8"))
    with np.load(tmp_path / "classical.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)
    np.savez(tmp_path / "classical.npz", **{"0.coef": np.array([{}], dtype=object)})
    with pytest.raises(ValueError, match="allow_pickle"):
        ClassicalGrader.load(tmp_path)


def test_a_question_with_one_mark_only_is_sure_of_it():
    grader = ClassicalGrader().fit([Paper(WHY, "a", 1), Paper(WHY, "b", 1)])
    assert grader.probabilities([Paper(WHY, "c")])[0].tolist() == [0, 1, 0]


def test_a_paper_of_no_weight_teaches_nothing():
    wrong = [Paper(WHY, text, 2, weight=0.0) for text in NEITHER * 3]
    rows = [*papers()[:16], *wrong]
    with_wrong = ClassicalGrader(Settings(is_balanced=False, nearness_weight=0)).fit(rows)
    assert marks_of([Paper(WHY, "不知道")], with_wrong.probabilities([Paper(WHY, "不知道")])) == [0]


def test_the_expected_mark_is_brought_to_one_that_there_is():
    paper = Paper(WHEN, "x")
    assert expected_marks([paper], [np.array([0.5, 0.0, 0.5])]) == [0.5]
    assert marks_of([paper], [np.array([0.5, 0.0, 0.5])]) == [0.0]


def test_the_linear_model_is_the_one_that_is_learnt_over_the_terms_themselves():
    grader = ClassicalGrader(Settings(likeness_share=0)).fit(papers())
    model = grader._models[WHY.key]
    texts = [plain(text) for text in model.head()["known"]]
    seen = model._features(model._grams(texts), texts, is_own=True)
    slow = LogisticRegression(C=Settings().inverse_penalty, max_iter=2000, tol=1e-8, class_weight="balanced")
    slow.fit(seen, model.head()["known_marks"])
    assert model._linear_chances(seen) == pytest.approx(slow.predict_proba(seen), abs=1e-3)


def test_the_likeness_has_its_share_in_the_chances():
    fresh = [Paper(WHY, "英国的煤炭资源很丰富")]
    parts = [
        ClassicalGrader(Settings(likeness_share=share)).fit(papers()).probabilities(fresh)[0]
        for share in (0.0, 0.25, 1.0)
    ]
    assert parts[0].tolist() != parts[2].tolist()
    assert parts[1] == pytest.approx(0.75 * parts[0] + 0.25 * parts[2])


def test_with_too_many_answers_to_liken_the_linear_model_is_alone(monkeypatch):
    monkeypatch.setattr("grading.backends.classical.MOST_LIKENED", 3)
    fresh = [Paper(WHY, "英国的煤炭资源很丰富")]
    many = ClassicalGrader().fit(papers()).probabilities(fresh)[0]
    linear = ClassicalGrader(Settings(likeness_share=0)).fit(papers()).probabilities(fresh)[0]
    assert many.tolist() == linear.tolist()


def test_an_answer_without_text_is_marked_like_others_without():
    rows = [*papers(), *[Paper(WHY, "*", 0)] * 3]
    blank = ClassicalGrader().fit(rows).probabilities([Paper(WHY, "")])
    assert marks_of([Paper(WHY, "")], blank) == [0]


def test_what_another_format_wrote_is_refused(grader, tmp_path):
    grader.save(tmp_path)
    head = json.loads((tmp_path / "classical.json").read_text("utf-8"))
    (tmp_path / "classical.json").write_text(json.dumps(head | {"format": 1}), "utf-8")
    with pytest.raises(ValueError, match="format 1"):
        ClassicalGrader.load(tmp_path)

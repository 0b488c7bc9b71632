"""The classical grader: learns, says probabilities, is the same after saving, runs nothing from its files."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from grading.backends.classical import PLAINEST, ClassicalGrader
from grading.backends.classical_question import LEAST_TO_POOL, MEMBERS
from grading.backends.papers import Paper, Question, UnknownQuestion, expected_marks, marks_of

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
ENDINGS = ("", "。", "吧", "！就是这样", "，我想")
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
    np.savez(tmp_path / "classical.npz", **{"0.weights": np.array([{}], dtype=object)})
    with pytest.raises(ValueError, match="allow_pickle"):
        ClassicalGrader.load(tmp_path)


def test_a_question_with_one_mark_only_is_sure_of_it():
    grader = ClassicalGrader().fit([Paper(WHY, "a", 1), Paper(WHY, "b", 1)])
    assert grader.probabilities([Paper(WHY, "c")])[0].tolist() == [0, 1, 0]


def test_a_paper_of_no_weight_teaches_nothing():
    wrong = [Paper(WHY, text, 2, weight=0.0) for text in NEITHER * 3]
    fresh = [Paper(WHY, "不知道，有煤炭")]
    with_wrong, without = (ClassicalGrader().fit(rows) for rows in ([*papers(), *wrong], papers()))
    assert with_wrong.probabilities(fresh)[0].tolist() == without.probabilities(fresh)[0].tolist()


def test_a_question_that_has_papers_of_no_weight_alone_is_not_learnt():
    grader = ClassicalGrader().fit([Paper(WHY, "煤炭", 1, weight=0.0)])
    with pytest.raises(UnknownQuestion):
        grader.probabilities([Paper(WHY, "煤炭")])


def test_the_expected_mark_is_brought_to_one_that_there_is():
    paper = Paper(WHEN, "x")
    assert expected_marks([paper], [np.array([0.5, 0.0, 0.5])]) == [0.5]
    assert marks_of([paper], [np.array([0.5, 0.0, 0.5])]) == [0.0]


def many() -> list[Paper]:
    """Enough papers for the members to be weighed and for a forest."""
    return [
        replace(paper, answer=f"{paper.answer}{ending}{end}")
        for paper in papers()
        for ending in ENDINGS
        for end in "。！ "
    ]


@pytest.fixture(scope="module")
def weighed() -> ClassicalGrader:
    return ClassicalGrader().fit(many())


def test_from_enough_answers_on_the_members_are_weighed_and_a_forest_is_among_them(grader, weighed):
    few, enough = grader.model(WHY.key), weighed.model(WHY.key)
    assert len(few.lesson) < LEAST_TO_POOL <= len(enough.lesson)
    assert few.head["members"] == ["terms"]
    assert few.inside is None
    assert enough.head["members"] == list(MEMBERS)
    assert len(set(enough.arrays["powers"])) > 1


def test_without_scoring_points_no_member_looks_at_them():
    bare = [replace(paper, question=Question("1", WHY.marks)) for paper in many() if paper.question == WHY]
    assert "points" not in ClassicalGrader().fit(bare).model("1").head["members"]


def test_what_folds_told_of_the_learnt_answers_is_a_chance_of_every_mark(weighed):
    model = weighed.model(WHY.key)
    assert model.inside.shape == (len(model.lesson), len(WHY.marks))
    assert model.inside.sum(axis=1) == pytest.approx(1)


def test_folds_that_have_not_learnt_an_answer_know_less_of_it_than_the_grader_does():
    wrong = np.random.default_rng(3).random(120) < 0.2  # what no other answer tells
    rows = [
        Paper(
            WHY,
            f"{'煤炭' if number % 2 else '天气'}{number}{chr(0x4E00 + number)}",
            float((number + off) % 2),
        )
        for number, off in enumerate(wrong)
    ]
    model = ClassicalGrader().fit(rows).model(WHY.key)
    given = np.array([paper.mark for paper in rows], dtype=int)
    known = model.probabilities([paper.answer for paper in rows])
    of_the_right_mark = [told[np.arange(120), given].mean() for told in (model.inside, known)]
    assert 0.6 < of_the_right_mark[0] < of_the_right_mark[1]


def test_what_is_saved_of_a_weighed_grader_gives_the_same_probabilities(weighed, tmp_path):
    weighed.save(tmp_path)
    again = ClassicalGrader.load(tmp_path)
    fresh = [Paper(WHY, "煤炭"), Paper(WHY, ""), Paper(WHY, "统治 <b>确立</b>")]
    for one, other in zip(weighed.probabilities(fresh), again.probabilities(fresh), strict=True):
        assert one == pytest.approx(other, abs=1e-12)


def test_with_very_many_answers_the_slow_members_are_left_out(monkeypatch):
    monkeypatch.setattr("grading.backends.classical_question.MOST_LIKENED", 3)
    monkeypatch.setattr("grading.backends.classical_members.MOST_LIKENED", 3)
    grader = ClassicalGrader().fit(many())
    assert grader.model(WHY.key).head["members"] == ["plain", "terms", "ratios", "points"]
    assert marks_of([Paper(WHY, "天气不好")], grader.probabilities([Paper(WHY, "天气不好")])) == [0]


def test_a_mark_that_a_single_answer_got_is_no_obstacle():
    rows = [*(p for p in many() if p.question is WHY and p.mark != 2), Paper(WHY, "煤炭，统治", 2)]
    told = ClassicalGrader().fit(rows).probabilities([Paper(WHY, "煤炭丰富")])[0]
    assert told.sum() == pytest.approx(1)
    assert told.argmax() == 1


def test_answers_that_say_nothing_at_all_can_be_learnt():
    rows = [Paper(WHY, "*", mark) for mark in (0, 0, 0, 1)]
    assert ClassicalGrader().fit(rows).probabilities([Paper(WHY, "")])[0].argmax() == 0


def test_an_answer_without_text_is_marked_like_others_without():
    rows = [*papers(), *[Paper(WHY, "*", 0)] * 3]
    blank = ClassicalGrader().fit(rows).probabilities([Paper(WHY, "")])
    assert marks_of([Paper(WHY, "")], blank) == [0]


def test_what_another_format_wrote_is_refused(grader, tmp_path):
    grader.save(tmp_path)
    head = json.loads((tmp_path / "classical.json").read_text("utf-8"))
    (tmp_path / "classical.json").write_text(json.dumps(head | {"format": 2}), "utf-8")
    with pytest.raises(ValueError, match="format 2"):
        ClassicalGrader.load(tmp_path)


def test_learning_gives_signs_of_life_and_can_be_ended_by_one():
    signs = []

    def sign() -> None:
        signs.append(1)
        if len(signs) == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ClassicalGrader().fit(many(), sign)
    assert len(signs) == 7


def test_the_plainest_grader_is_one_member_alone():
    plainest = ClassicalGrader().fit(many(), members=PLAINEST)
    assert plainest.model(WHY.key).head["members"] == ["plain"]
    assert plainest.probabilities(many()[:1])[0].sum() == pytest.approx(1)


def test_what_is_marked_in_parts_gets_the_same_marks(weighed, monkeypatch):
    asked = [paper for paper in many() if paper.question == WHY][::9]
    at_once = np.array(weighed.probabilities(asked))
    monkeypatch.setattr("grading.backends.classical_question.AT_ONCE", 2)
    assert np.array(weighed.probabilities(asked)) == pytest.approx(at_once, abs=1e-12)


def test_of_very_many_answers_some_of_each_mark_are_learnt(monkeypatch):
    monkeypatch.setattr("grading.backends.classical_question.MOST_LEARNT", 20)
    model = ClassicalGrader().fit(many()).model(WHY.key)
    assert len(model.lesson) == 20
    assert model.lesson.values.tolist() == [0, 1, 2]

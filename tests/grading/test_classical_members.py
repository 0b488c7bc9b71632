"""The members of the classical grader, each against scikit-learn doing the same in its own way."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline

from grading.backends.classical_features import LENGTHS, Eyes
from grading.backends.classical_forest import Forest, Points
from grading.backends.classical_members import Lesson, Line, Plain, Ratios, Terms

STEMS = (
    "煤炭丰富",
    "资产阶级统治确立",
    "天气好",
    "不知道",
    "圈地运动，劳动力多",
    "市场很大",
    "国王喜欢",
)
ANSWERS = [f"{a}，{b}" for a in STEMS for b in STEMS]
MARKS = np.array([("煤炭" in text) + ("统治" in text) for text in ANSWERS])
FRESH = ["天气好，市场大", "煤炭丰富，天气好", "煤炭丰富，资产阶级统治确立", ""]


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    return Eyes.opened(["煤炭丰富"], ANSWERS)


@pytest.fixture(scope="module")
def lesson(eyes) -> Lesson:
    return Lesson(eyes.see(ANSWERS), MARKS, np.ones(len(MARKS)), np.array([0.0, 1.0, 2.0]))


def test_the_plain_member_is_the_usual_baseline(eyes, lesson):
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    usual = make_pipeline(grams, LogisticRegression(C=10, max_iter=2000)).fit(ANSWERS, MARKS)
    told = Plain.learnt(lesson).chances(eyes.see(FRESH))
    assert told == pytest.approx(usual.predict_proba(FRESH), abs=2e-3)


def test_the_line_is_ridge_regression_on_the_mark(eyes, lesson):
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    vectors = grams.fit_transform(ANSWERS)
    mean = MARKS.mean()
    usual = (
        Ridge(fit_intercept=False).fit(vectors, MARKS - mean).predict(grams.transform(FRESH)) + mean
    )
    told = Line.learnt(lesson).chances(eyes.see(FRESH))
    assert (
        told.argmax(axis=1).tolist() == np.abs(usual[:, None] - [0, 1, 2]).argmin(axis=1).tolist()
    )


def test_the_terms_are_weighed_as_they_are_over_the_terms_themselves(lesson):
    member = Terms.learnt(lesson)
    seen = member.features(lesson.seen, is_own=True)
    slow = LogisticRegression(C=1, max_iter=5000, tol=1e-8, class_weight="balanced").fit(
        seen, MARKS
    )
    mine = np.asarray(seen @ member.arrays["coef"].T) + member.arrays["intercept"]
    assert mine.argmax(axis=1).tolist() == slow.predict(seen).tolist()
    assert mine - mine.mean(axis=1)[:, None] == pytest.approx(
        slow.decision_function(seen), abs=0.02
    )


def test_an_answer_is_not_near_to_itself_while_it_is_learnt(lesson):
    own = Terms(lesson, {}).features(lesson.seen, is_own=True).toarray()
    others = Terms(lesson, {}).features(lesson.seen).toarray()
    assert (own.sum(axis=1) < others.sum(axis=1)).all()


def test_a_term_that_all_marks_share_counts_for_nothing_in_the_ratios(eyes):
    texts = [f"因为{text}" for text in ("煤炭多", "煤炭少", "天气好", "天气坏")]
    seen = Eyes.opened([], texts).see(texts)
    member = Ratios.learnt(Lesson(seen, np.array([1, 1, 0, 0]), np.ones(4), np.array([0.0, 1.0])))
    terms = Eyes.opened([], texts).terms
    place = (terms["characters"] + terms["words"]).index("因")
    assert np.abs(member.arrays["coef"][:, place]).max() == pytest.approx(0, abs=1e-12)
    assert member.chances(seen).argmax(axis=1).tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("kind", [Plain, Line, Terms, Ratios, Forest])
def test_every_member_learns_what_earns_a_mark_and_says_chances_that_sum_to_one(kind, eyes, lesson):
    told = kind.learnt(lesson).chances(eyes.see(FRESH))
    assert told.shape == (4, 3)
    assert told.sum(axis=1) == pytest.approx(1)
    assert told[2] @ [0, 1, 2] > told[1] @ [0, 1, 2] > told[0] @ [0, 1, 2]


@pytest.mark.parametrize("kind", [Plain, Line, Terms, Ratios, Forest, Points])
def test_an_answer_that_counts_more_pulls_the_chances_to_its_mark(kind, lesson):
    columns = np.where(np.arange(len(MARKS)) == 0, 0, MARKS)
    assert MARKS[0] == 1
    chances = []
    for weight in (1.0, 20.0):
        weights = np.where(np.arange(len(MARKS)) == 0, weight, 1.0)
        member = kind.learnt(Lesson(lesson.seen, columns, weights, lesson.values))
        chances.append(member.chances(lesson.seen)[0, 0])
    assert chances[1] > chances[0]


def test_the_forest_says_what_scikit_learns_trees_say(lesson, monkeypatch):
    kept: list[ExtraTreesClassifier] = []
    monkeypatch.setattr(
        "sklearn.ensemble.ExtraTreesClassifier",
        lambda *a, **k: kept.append(ExtraTreesClassifier(*a, **k)) or kept[0],
    )
    member = Forest.learnt(lesson)
    theirs = kept[0].predict_proba(member.features(lesson.seen))
    assert member.chances(lesson.seen) == pytest.approx(theirs, abs=1e-6)


def test_trees_tell_less_of_an_answer_that_they_have_not_learnt(lesson):
    member, rows = Forest.learnt(lesson), np.arange(len(MARKS))
    known = member.chances(lesson.seen)[rows, MARKS].mean()
    assert member.arrays["left_out"][rows, MARKS].mean() < known


@pytest.mark.parametrize("most", [10, 25])
def test_many_answers_are_likened_to_some_of_each_mark_a_part_at_a_time(monkeypatch, lesson, most):
    module = "grading.backends.classical_members"
    monkeypatch.setattr(f"{module}.MOST_LIKENED", most)
    monkeypatch.setattr(f"{module}.AT_ONCE", 7)
    fresh = Lesson(lesson.seen, MARKS, lesson.weights, lesson.values)
    assert len(fresh.likened) == most == len(set(fresh.likened))
    assert set(MARKS[fresh.likened]) == {0, 1, 2}
    member = Terms(fresh, {})
    own, others = (member.features(lesson.seen, is_own=is_own).toarray() for is_own in (True, False))
    is_lower = own.sum(axis=1) < others.sum(axis=1)
    assert np.flatnonzero(is_lower).tolist() == fresh.likened.tolist()
    monkeypatch.setattr(f"{module}.AT_ONCE", len(MARKS))
    assert (member.features(lesson.seen, is_own=True).toarray() == own).all()


def test_a_scoring_point_is_held_in_the_best_of_its_ways():
    held = Eyes.opened(["煤炭丰富/有矿", "硬／坚硬", "！"], ["x"]).see(["煤炭丰盛", "煤矿", "不硬", ""])
    assert held.numbers[:, LENGTHS:].tolist() == [[pytest.approx(2 / 3), 0], [0, 0], [0, 1], [0, 0]]


def test_the_points_look_at_what_is_held_alone():
    texts = [f"{point}{'啊' * (n % 4)}" for n in range(40) for point in ("煤炭丰富", "天气好坏")]
    eyes = Eyes.opened(["煤炭丰富"], texts)
    lesson = Lesson(eyes.see(texts), np.arange(80) % 2, np.ones(80), np.array([0.0, 1.0]))
    told = Points.learnt(lesson).chances(eyes.see(["有很多的煤炭丰富", "没有人知道"]))
    assert told[[0, 1], [0, 1]].min() > 0.9


def test_many_marks_for_few_answers_make_no_noise_on_the_terminal(eyes, recwarn):
    marks = np.arange(len(ANSWERS))
    Plain.learnt(Lesson(eyes.see(ANSWERS), marks, np.ones(len(marks)), marks.astype(float)))
    assert not [one for one in recwarn if "unique classes" in str(one.message)]

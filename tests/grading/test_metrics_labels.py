"""Accuracy, precision, recall, F1 and confusion matrix against scikit-learn."""

from __future__ import annotations

import random

import pytest
from sklearn import metrics as sk

from grading.metrics import MetricProblem, compute, per_item

RANDOM = random.Random(11)
REFERENCES = RANDOM.choices(["退款", "投诉", "咨询"], weights=[5, 3, 1], k=200)
PREDICTIONS = [r if RANDOM.random() < 0.7 else RANDOM.choice(["退款", "投诉"]) for r in REFERENCES]


def test_accuracy_is_scikit_learns():
    result = compute("accuracy", PREDICTIONS, REFERENCES)
    assert result.value == pytest.approx(sk.accuracy_score(REFERENCES, PREDICTIONS))
    assert result.n == 200


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_averages_are_scikit_learns(name, average):
    reference = getattr(sk, f"{name}_score")(
        REFERENCES, PREDICTIONS, average=average, zero_division=0
    )
    result = compute(name, PREDICTIONS, REFERENCES, average=average)
    assert result.value == pytest.approx(reference)


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_one_positive_class_is_scikit_learns(name):
    p, r = [1, 0, 1, 1, 0, 0, 1], [1, 0, 0, 1, 1, 0, 1]
    reference = getattr(sk, f"{name}_score")(r, p, pos_label=1)
    result = compute(name, p, r, average="binary", positive="1")
    assert result.value == pytest.approx(reference)


def test_a_positive_class_nobody_used_is_undefined():
    result = compute("precision", ["a"], ["b"], average="binary", positive="c")
    assert (result.value, result.reason) == (None, "class_never_used")


def test_a_class_never_predicted_counts_zero_and_is_listed():
    result = compute("precision", ["a", "a"], ["a", "b"])
    assert result.value == pytest.approx(0.25)
    assert result.detail["undefined"] == ["b"]


def test_confusion_matrix_is_scikit_learns():
    result = compute("confusion_matrix", PREDICTIONS, REFERENCES)
    reference = sk.confusion_matrix(REFERENCES, PREDICTIONS, labels=result.detail["labels"])
    assert result.detail["matrix"] == reference.tolist()


def test_a_text_taken_for_a_label_gives_no_matrix_of_all_its_texts():
    texts = [f"answer {i}" for i in range(3000)]
    found = compute("confusion_matrix", texts, texts)
    assert (found.value, found.n, found.reason, found.detail) == (None, 3000, "too_many_classes", {})
    averaged = compute("f1", texts, texts)
    assert averaged.value == 1
    assert len(averaged.detail["classes"]) < 300


def test_numbers_written_as_text_are_the_same_label():
    assert compute("accuracy", ["3", "2.0"], [3.0, 2]).value == 1


def test_a_mark_within_the_tolerance_is_right():
    assert compute("accuracy", [3.5, 2], [3, 3], tolerance=0.5).value == 0.5
    assert per_item("accuracy", [3.5, None, 2], [3, 1, 3], tolerance=0.5) == [1, None, 0]


def test_a_whole_number_beyond_every_float_is_a_label_like_any_other():
    assert compute("accuracy", [10**400, 1], [10**400, 2]).value == 0.5


@pytest.mark.parametrize("name", ["accuracy", "precision", "recall", "f1", "confusion_matrix"])
def test_nothing_to_compare_is_undefined_with_a_reason(name):
    result = compute(name, [None, "a"], ["b", float("nan")])
    assert (result.value, result.n, result.reason) == (None, 0, "no_pairs")


def test_sides_of_unequal_length_are_refused():
    with pytest.raises(MetricProblem) as problem:
        compute("accuracy", [1], [1, 2])
    assert problem.value.code == "unequal_length"


def test_an_unknown_metric_is_refused():
    with pytest.raises(MetricProblem):
        compute("charisma", [1], [1])

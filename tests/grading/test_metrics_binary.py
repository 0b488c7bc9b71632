"""Sensitivity, specificity, ROC-AUC and Matthews' correlation against scikit-learn."""

from __future__ import annotations

import random

import pytest
from sklearn import metrics as sk

from grading.metrics import compute

RANDOM = random.Random(3)
REFERENCES = RANDOM.choices(["no", "yes"], [3, 1], k=150)
PREDICTIONS = [r if RANDOM.random() < 0.8 else RANDOM.choice(["no", "yes"]) for r in REFERENCES]
SCORES = [round(RANDOM.random() + 0.4 * (r == "yes"), 1) for r in REFERENCES]
GRADES = RANDOM.choices("ABC", k=150)
GUESSES = [g if RANDOM.random() < 0.6 else RANDOM.choice("ABC") for g in GRADES]


def test_sensitivity_and_specificity_are_the_recalls_of_the_two_classes():
    for name, label in (("sensitivity", "yes"), ("specificity", "no")):
        known = sk.recall_score(REFERENCES, PREDICTIONS, pos_label=label)
        assert compute(name, PREDICTIONS, REFERENCES).value == pytest.approx(known)


def test_the_class_that_counts_can_be_named():
    known = sk.recall_score(GRADES, GUESSES, labels=["B"], average=None)[0]
    assert compute("sensitivity", GUESSES, GRADES, positive="B").value == pytest.approx(known)
    others = [(a, b) for a, b in zip(GUESSES, GRADES, strict=True) if b != "B"]
    specificity = sum(a != "B" for a, _b in others) / len(others)
    assert compute("specificity", GUESSES, GRADES, positive="B").value == pytest.approx(specificity)


def test_one_of_three_classes_is_not_guessed():
    assert compute("sensitivity", GUESSES, GRADES).reason == "no_positive"
    assert compute("sensitivity", GUESSES, GRADES, positive="Z").reason == "no_positive"


def test_the_area_under_the_curve_is_scikit_learns_ties_and_all():
    known = sk.roc_auc_score([r == "yes" for r in REFERENCES], SCORES)
    assert compute("roc_auc", SCORES, REFERENCES).value == pytest.approx(known)
    numbers = [int(r == "yes") for r in REFERENCES]
    assert compute("roc_auc", SCORES, numbers).value == pytest.approx(known)


def test_a_curve_needs_both_classes_and_numbers():
    assert compute("roc_auc", [0.1, 0.4], [1, 1]).reason == "class_never_used"
    assert compute("roc_auc", ["high", "low"], [1, 0]).reason == "not_numbers"


def test_matthews_correlation_is_scikit_learns_for_two_and_three_classes():
    for p, r in ((PREDICTIONS, REFERENCES), (GUESSES, GRADES)):
        assert compute("mcc", p, r).value == pytest.approx(sk.matthews_corrcoef(r, p))


def test_a_side_of_one_class_has_no_correlation():
    assert compute("mcc", ["a", "a"], ["a", "b"]).reason == "one_side_constant"

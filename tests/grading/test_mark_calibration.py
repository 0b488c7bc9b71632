"""Calibration of probabilities over marks: simulated truth, scikit-learn's isotonic regression."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from grading.methods.mark_calibration import calibration_error, isotonic, temperature, tempered


def overconfident(rows: int, factor: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Marks drawn from known probabilities, told with logits that are `factor` times too large."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(rows, 4))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    right = np.array([rng.choice(4, p=row) for row in true])
    return tempered(true, 1 / factor), right


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_what_was_done(factor):
    probabilities, right = overconfident(6_000, factor)
    assert temperature(probabilities, right) == pytest.approx(factor, rel=0.08)


def test_a_temperature_keeps_the_order_and_the_sum():
    probabilities, _right = overconfident(50, 2.0)
    cooler = tempered(probabilities, 2.5)
    assert (cooler.argsort(axis=1) == probabilities.argsort(axis=1)).all()
    assert cooler.sum(axis=1) == pytest.approx(np.ones(50))


def test_certainty_that_was_wrong_stays_finite():
    sure = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    assert 1 < temperature(sure, np.array([0, 0, 0])) <= 20


def test_isotonic_is_scikit_learns_at_its_steps():
    rng = np.random.default_rng(3)
    confidence = rng.uniform(0.3, 1, 800)
    is_right = rng.uniform(size=800) < confidence**2
    found = isotonic(confidence, is_right)
    known = IsotonicRegression().fit(confidence, is_right)
    assert found.levels == pytest.approx(np.unique(known.predict(confidence)))
    assert (np.diff(found(np.sort(confidence))) >= 0).all()


def test_isotonic_mends_what_a_temperature_cannot():
    rng = np.random.default_rng(5)
    confidence = rng.uniform(0.5, 1, 4_000)
    is_right = rng.uniform(size=4_000) < np.where(confidence > 0.8, 0.9, 0.6)
    learnt, held = slice(None, None, 2), slice(1, None, 2)
    mended = isotonic(confidence[learnt], is_right[learnt])(confidence[held])
    before = calibration_error(confidence[held], is_right[held])
    assert calibration_error(mended, is_right[held]) < before / 2


def test_the_error_is_the_gap():
    assert calibration_error(np.full(100, 0.9), np.arange(100) < 70) > 0.15
    confidence = np.repeat([0.2, 0.8], 100)
    is_right = np.concatenate([np.arange(100) < 20, np.arange(100) < 80])
    assert calibration_error(confidence, is_right, bins=2) == pytest.approx(0)

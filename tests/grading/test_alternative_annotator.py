"""The alternative annotator test and McNemar's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from grading.methods.alternative_annotator import alternative_annotator_test
from grading.methods.mcnemar import compare_wrong, exact_mcnemar
from tests.grading.test_non_inferiority import markers


def test_the_duels_are_those_of_the_definition() -> None:
    m = markers(60, (0.4, 0.5, 0.6, 0.7))
    found = alternative_annotator_test(m[:, 0], m[:, 1:])
    people = m[:, 1:]
    for j, duel in enumerate(found.duels):
        wins, losses = [], []
        for i in range(60):
            others = [people[i, k] for k in range(3) if k != j]
            far = [np.mean([(x - o) ** 2 for o in others]) for x in (m[i, 0], people[i, j])]
            wins.append(far[0] <= far[1])
            losses.append(far[1] <= far[0])
        assert (duel.machine, duel.person) == (np.mean(wins), np.mean(losses))
        behind = np.array(losses, float) - np.array(wins, float)
        p = stats.ttest_1samp(behind, 0.2, alternative="less").pvalue
        assert duel.p_value == pytest.approx(p)


def test_a_good_machine_passes_and_a_poor_one_does_not() -> None:
    good, poor = markers(300, (0.4, 0.5, 0.5, 0.5)), markers(300, (2.5, 0.3, 0.3, 0.3))
    assert alternative_annotator_test(good[:, 0], good[:, 1:]).winning_rate == 1
    found = alternative_annotator_test(poor[:, 0], poor[:, 1:])
    assert (found.winning_rate, found.is_passed) == (0, False)


def test_a_p_value_just_below_a_twentieth_does_not_survive_three_people() -> None:
    """Benjamini-Yekutieli asks .05 / (1 + 1/2 + 1/3) even of the largest of three."""
    passed = failed = 0
    for seed in range(60):
        m = markers(60, (0.75, 0.5, 0.5, 0.5), seed)
        found = alternative_annotator_test(m[:, 0], m[:, 1:])
        ordered = sorted(duel.p_value for duel in found.duels)
        bars = [0.05 * k / (3 * (1 + 1 / 2 + 1 / 3)) for k in (1, 2, 3)]
        beaten = max((k for k in (1, 2, 3) if ordered[k - 1] <= bars[k - 1]), default=0)
        assert found.winning_rate == pytest.approx(beaten / 3)
        passed, failed = passed + found.is_passed, failed + (not found.is_passed)
    assert passed > 0
    assert failed > 0


def test_identical_marks_are_a_tie_and_beat_everybody() -> None:
    same = np.tile([1.0, 2.0], 20)
    found = alternative_annotator_test(same, np.column_stack([same] * 3))
    assert (found.winning_rate, found.advantage) == (1, 1)


def test_two_people_come_with_a_caution() -> None:
    m = markers(50, (0.5, 0.5, 0.5))
    assert alternative_annotator_test(m[:, 0], m[:, 1:]).caution == "two_people"


@pytest.mark.parametrize(
    ("machine", "people", "reason"),
    [
        (np.ones(50), np.ones((50, 1)), "one_person"),
        (np.ones(29), np.ones((29, 3)), "too_few_items"),
        (np.full(50, np.nan), np.ones((50, 3)), "too_few_items"),
        (np.ones(50), np.full((50, 3), np.inf), "too_few_items"),
        (np.zeros(0), np.zeros((0, 3)), "too_few_items"),
    ],
)
def test_what_cannot_be_compared_has_a_reason(machine, people, reason) -> None:
    found = alternative_annotator_test(machine, people)
    assert (found.reason, found.winning_rate, found.is_passed) == (reason, None, False)


def test_mcnemar_is_exact() -> None:
    assert exact_mcnemar(10, 3).p_value == pytest.approx(0.0923, abs=5e-5)
    assert exact_mcnemar(3, 10).p_value == exact_mcnemar(10, 3).p_value
    assert exact_mcnemar(4, 4).p_value == 1


def test_mcnemar_counts_where_only_one_is_wrong() -> None:
    first, second = np.array([1, 1, 1, 0, 0], bool), np.array([1, 0, 0, 1, 0], bool)
    assert compare_wrong(first, second) == exact_mcnemar(2, 1)
    assert compare_wrong(first, first).reason == "no_difference"
    assert compare_wrong(first[:0], second[:0]).reason == "no_marks"

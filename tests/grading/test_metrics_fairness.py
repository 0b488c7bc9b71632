"""Differences between groups: Welch, clusters as statsmodels has them, Holm."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from grading.methods.metrics_fairness import gaps
from grading.metrics import compute


@pytest.fixture
def marks():
    rng = np.random.default_rng(5)
    wanted = rng.integers(0, 6, 120).astype(float)
    groups = rng.choice(["甲", "乙", "丙"], 120)
    students = rng.integers(0, 30, 120)
    given = wanted + rng.choice([-1, 0, 0, 1], 120) + np.where(groups == "乙", 1.0, 0.0)
    return given, wanted, groups.tolist(), students.tolist()


def test_a_group_is_held_against_the_rest_by_welch(marks):
    given, wanted, groups, _students = marks
    errors = np.abs(given - wanted)
    for gap in gaps(errors, groups):
        inside = np.array(groups) == gap.group
        test = stats.ttest_ind(errors[inside], errors[~inside], equal_var=False)
        ends = test.confidence_interval()
        assert gap.difference == pytest.approx(errors[inside].mean() - errors[~inside].mean())
        assert (gap.low, gap.high, gap.p) == pytest.approx((ends.low, ends.high, test.pvalue))


def test_items_of_a_student_count_as_one_cluster(marks):
    import statsmodels.api as sm  # seconds to import, which every process of tests would wait for

    given, wanted, groups, students = marks
    errors = given - wanted
    for gap in gaps(errors, groups, students):
        design = sm.add_constant((np.array(groups) == gap.group).astype(float))
        fit = sm.OLS(errors, design).fit(cov_type="cluster", cov_kwds={"groups": students}, use_t=True)
        low, high = fit.conf_int()[1]
        assert (gap.difference, gap.low, gap.high, gap.p) == pytest.approx((fit.params[1], low, high, fit.pvalues[1]))


def test_p_is_corrected_over_the_groups(marks):
    from statsmodels.stats.multitest import multipletests

    given, wanted, groups, _students = marks
    found = gaps(np.abs(given - wanted), groups)
    expected = multipletests([gap.p for gap in found], method="holm")[1]
    assert [gap.p_holm for gap in found] == pytest.approx(list(expected))


def test_the_metric_names_the_group_that_differs_most(marks):
    given, wanted, groups, students = marks
    found = compute("mark_gap", given.tolist(), wanted.tolist(), groups=groups, clusters=students)
    rows = {row["group"]: row for row in found.detail["groups"]}
    assert found.detail["group"] == "乙"
    assert found.value == pytest.approx(rows["乙"]["difference"])
    assert rows["乙"]["low"] > 0
    assert compute("error_gap", given.tolist(), wanted.tolist(), groups=groups).value != found.value


def test_the_interval_covers_the_true_difference_as_often_as_it_says():
    rng, hits, runs = np.random.default_rng(11), 0, 400
    groups = ["a"] * 30 + ["b"] * 60
    students = [i // 3 for i in range(90)]
    for _run in range(runs):
        of_student = rng.normal(0, 1, 30)
        values = np.array([of_student[s] for s in students]) + rng.normal(0, 1, 90)
        gap = gaps(values, groups, students)[0]
        hits += gap.low <= 0 <= gap.high
    assert 0.91 <= hits / runs <= 0.98


def test_items_without_a_group_are_left_out():
    found = compute("error_gap", [1, 2, 3, 4, 9], [1, 1, 3, 3, 0], groups=["a", "b", "a", "b", ""])
    assert (found.value, found.n) == (1, 4)


@pytest.mark.parametrize(
    ("groups", "reason"),
    [(None, "no_groups"), (["a"] * 4, "one_group"), ([None] * 4, "no_pairs")],
)
def test_nothing_to_compare_is_said(groups, reason):
    assert compute("error_gap", [1, 2, 3, 4], [1, 1, 3, 3], groups=groups).reason == reason


def test_a_group_of_one_has_no_interval():
    first, _second = gaps(np.array([1.0, 0.0, 0.5]), ["a", "b", "b"])
    assert (first.n, first.low, first.p_holm) == (1, None, None)

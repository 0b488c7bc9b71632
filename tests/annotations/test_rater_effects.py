"""Severity, consistency, spread and halo of raters, on made-up raters whose ways are known."""

import warnings

import numpy as np
import pandas as pd
import pytest

from annotations.methods.crossed_effects import absorb, reml
from annotations.methods.halo import halo
from annotations.methods.long_table import from_matrix, long_table
from annotations.methods.rater_consistency import consistency, spread_ratio
from annotations.methods.rater_effects import adjusted_items, rater_effects
from tests.annotations.made_up_raters import made_up

# Shrout & Fleiss 1979, table 2: six targets, four judges.
SHROUT = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


class TestVariances:
    def test_a_complete_table_gives_the_published_mean_squares(self):
        # EMS 1.0194, and by the two-way table σ²_r = (32.4861 − 1.0194) / 6.
        found = reml(absorb(from_matrix(SHROUT)))
        assert found.error == pytest.approx(1.0194, abs=1e-4)
        assert found.rater == pytest.approx((32.4861 - 1.0194) / 6, abs=1e-3)
        assert found.item == pytest.approx((11.2417 - 1.0194) / 4, abs=1e-3)

    def test_it_agrees_with_statsmodels_on_an_unbalanced_table(self):
        import statsmodels.formula.api as smf  # seconds to import, which every process of tests would wait for

        item, rater, value = made_up(np.random.default_rng(3), items=60, severity=[0, 0.3, -0.4, 0.2, 0, -0.1])
        keep = np.random.default_rng(4).random(len(item)) < 0.8
        found = reml(absorb(long_table(item[keep], rater[keep], value[keep])))
        frame = pd.DataFrame({"y": value, "i": item, "r": rater, "all": 1})[keep]
        parts = {"i": "0 + C(i)", "r": "0 + C(r)"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = smf.mixedlm("y ~ 1", frame, groups="all", vc_formula=parts).fit(reml=True)
        assert [found.item, found.rater, found.error] == pytest.approx([*other.vcomp, other.scale], rel=2e-3)
        assert found.log_likelihood == pytest.approx(other.llf, abs=1e-4)

    def test_the_mean_of_each_question_is_no_difference_between_items(self):
        item, rater, value = made_up(np.random.default_rng(5))
        table = long_table(item, rater, value)
        shifted = long_table(item, rater, value + 10 * (item % 2))
        group = table.item_labels % 2
        assert vars(reml(absorb(shifted, group))) == pytest.approx(vars(reml(absorb(table, group))), abs=1e-4)

    def test_raters_who_do_not_differ_have_no_variance(self):
        matrix = np.random.default_rng(6).normal(0, 1, (50, 3))
        matrix -= matrix.mean(axis=0)
        found = reml(absorb(from_matrix(matrix)))
        assert found.rater == 0


class TestSeverity:
    def test_it_is_recovered_whatever_items_a_rater_got(self):
        severity = np.array([0.8, -0.5, 0, 0.2, -0.2, -0.3])
        item, rater, value = made_up(np.random.default_rng(7), items=2000, severity=severity)
        table = long_table(item, rater, value)
        found = rater_effects(table)
        truth = (severity - severity.mean())[table.rater_labels]
        assert found.severity == pytest.approx(truth, abs=0.1)
        assert found.rater_share == pytest.approx(severity.var(ddof=1) / (severity.var(ddof=1) + 1.36), abs=0.03)

    def test_its_interval_covers(self):
        hits = []
        rng = np.random.default_rng(8)
        for _run in range(60):
            severity = rng.normal(0, 0.4, 5)
            table = long_table(*made_up(rng, items=40, raters=5, k=2, severity=severity))
            found = rater_effects(table)
            truth = (severity - severity.mean())[table.rater_labels]
            hits.append((found.low <= truth) & (truth <= found.high))
        assert 0.91 <= np.mean(hits) <= 0.985

    def test_a_complete_design_needs_no_model(self):
        found = rater_effects(from_matrix(SHROUT))
        means = np.mean(SHROUT, axis=0)
        assert found.severity == pytest.approx(means.mean() - means)

    def test_severities_do_not_cross_what_shares_no_item(self):
        rng = np.random.default_rng(9)
        left, right = made_up(rng, items=50, raters=3), made_up(rng, items=50, raters=3)
        columns = [np.concatenate([a, b + shift]) for a, b, shift in zip(left, right, (50, 3, 4), strict=True)]
        table = long_table(*columns)
        found = rater_effects(table)
        for side in (table.rater_labels < 3, table.rater_labels >= 3):
            assert found.severity[side].sum() == pytest.approx(0, abs=1e-9)
            assert len(set(found.component[side])) == 1

    def test_adjusted_scores_are_nearer_to_the_truth(self):
        rng = np.random.default_rng(10)
        severity = [1.5, -1.5, 0.5, -0.5, 0, 0]
        item, rater, value = made_up(rng, items=400, k=2, severity=severity, noise=[0.2] * 6)
        table = long_table(item, rater, value)
        adjusted = adjusted_items(table, rater_effects(table))
        plain = np.bincount(table.item, table.x) / table.sizes
        truth = np.random.default_rng(10)
        np.concatenate([truth.choice(6, 2, replace=False) for _ in range(400)])
        truth = truth.normal(5, 1, 400)[table.item_labels]
        assert np.abs(adjusted - adjusted.mean() - truth + truth.mean()).mean() < 0.3 * np.abs(plain - truth).mean()

    @pytest.mark.parametrize(
        ("columns", "code"),
        [
            (([], [], []), "no_ratings"),
            (([1, 2], [1, 1], [1, 2]), "one_rater"),
            (([1, 2], [1, 2], [1, 2]), "no_overlap"),
            (([1, 1, 2, 2], [1, 2, 1, 2], [3, 3, 3, 3]), "one_value"),
            (([1, 1], [1, 2], [1, 2]), "too_few_items"),
        ],
    )
    def test_what_is_undefined_says_why(self, columns, code):
        found = rater_effects(long_table(*columns))
        assert found.variances is None
        assert found.reason.code == code
        assert np.isnan(found.severity).all()

    def test_permuting_raters_and_items_changes_nothing(self):
        item, rater, value = made_up(np.random.default_rng(11), severity=[1, 0, 0, 0, 0, -1])
        order = np.random.default_rng(12).permutation(len(item))
        here, there = (long_table(i, r, v) for i, r, v in ((item, rater, value), (item[order], 9 - rater[order], value[order])))
        one = dict(zip(here.rater_labels.tolist(), rater_effects(here).severity, strict=True))
        other = dict(zip((9 - there.rater_labels).tolist(), rater_effects(there).severity, strict=True))
        assert one == pytest.approx(other, abs=1e-5)


class TestConsistencyAndSpread:
    def test_the_unsteady_rater_stands_out(self):
        noise = np.array([0.3, 0.3, 0.3, 0.3, 0.3, 1.2])
        table = long_table(*made_up(np.random.default_rng(13), items=1500, noise=noise))
        found = consistency(table, rater_effects(table))
        assert found.value == pytest.approx(noise[table.rater_labels], rel=0.12)
        assert ((found.low < noise[table.rater_labels]) & (noise[table.rater_labels] < found.high)).mean() > 0.8

    def test_two_raters_are_taken_to_be_alike(self):
        table = long_table(*made_up(np.random.default_rng(14), raters=2, k=2, noise=[0.5, 0.5]))
        found = consistency(table, rater_effects(table))
        assert found.value[0] == pytest.approx(found.value[1])
        assert found.value[0] == pytest.approx(0.5, rel=0.1)

    def test_a_rater_who_keeps_to_the_middle_has_a_small_ratio(self):
        item, rater, value = made_up(np.random.default_rng(15), items=1000)
        value = np.where(rater == 2, 5 + (value - 5) * 0.4, value)
        table = long_table(item, rater, value)
        found = spread_ratio(table, rater_effects(table))
        timid = table.rater_labels == 2
        assert found.high[timid][0] < 0.55
        assert found.low[~timid].min() > 0.8

    def test_too_few_shared_items_are_undefined(self):
        table = long_table(*made_up(np.random.default_rng(16), items=6))
        assert np.isnan(consistency(table, rater_effects(table)).value).all()


class TestHalo:
    def made_up(self, rng, n=600):
        item, rater = np.repeat(np.arange(n), 2), np.tile([0, 1, 1, 2, 2, 0], n // 3)
        values = rng.normal(0, 1, (2 * n, 3))
        glow = rng.normal(0, 2, 2 * n)
        return item, rater, values + np.where(rater == 1, glow, 0)[:, None]

    def test_criteria_that_move_together_stand_out(self):
        found = halo(*self.made_up(np.random.default_rng(17)))
        assert found.low[1] > 0.5
        assert max(found.high[0], found.high[2]) < 0

    def test_one_criterion_has_no_halo(self):
        item, rater, values = self.made_up(np.random.default_rng(17))
        assert np.isnan(halo(item, rater, values[:, :1]).value).all()

    def test_a_criterion_without_variation_is_undefined(self):
        item, rater, values = self.made_up(np.random.default_rng(17))
        values[:, 2] = 3
        assert np.isnan(halo(item, rater, values).value).all()

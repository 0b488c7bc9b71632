"""Severity, consistency, spread, halo, drift and bias of raters, on made-up raters whose ways are known."""

import warnings

import numpy as np
import pandas as pd
import pytest

from annotations.methods.crossed_effects import absorb, reml
from annotations.methods.halo import halo
from annotations.methods.long_table import from_matrix, long_table
from annotations.methods.rater_consistency import consistency, spread_ratio
from annotations.methods.rater_drift import _averages, _drift, drifts, group_biases, residuals
from annotations.methods.rater_effects import adjusted_items, rater_effects

# Shrout & Fleiss 1979, table 2: six targets, four judges.
SHROUT = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def made_up(rng, items=300, raters=6, k=3, severity=None, noise=None):
    """(item, rater, value) of a spread design; rater j takes severity[j] off and adds noise[j]."""
    severity = np.zeros(raters) if severity is None else np.asarray(severity)
    noise = np.full(raters, 0.6) if noise is None else np.asarray(noise)
    item = np.repeat(np.arange(items), k)
    rater = np.concatenate([rng.choice(raters, k, replace=False) for _ in range(items)])
    truth = rng.normal(5, 1, items)
    return item, rater, truth[item] - severity[rater] + rng.normal(0, noise[rater])


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


class TestDriftAndBias:
    def drifting(self, by, seed=18):
        rng = np.random.default_rng(seed)
        item, rater, value = made_up(rng, items=400, raters=3, k=3)
        value = value + np.where((rater == 1) & (item > 200), by, 0)
        return long_table(item, rater, value), item.astype(float)

    def test_who_becomes_lenient_half_way_raises_an_alarm_after_it(self):
        table, when = self.drifting(1.0)
        found = {d.rater: d for d in drifts(table, rater_effects(table), when)}
        assert found[1].alarm is not None
        assert found[1].average[-1] > 0
        assert found[1].row.tolist() == sorted(found[1].row.tolist())

    def test_steady_raters_rarely_raise_one(self):
        alarms = []
        for seed in range(25):
            table, when = self.drifting(0.0, seed)
            alarms += [d.alarm is not None for d in drifts(table, rater_effects(table), when)]
        assert np.mean(alarms) < 0.12

    def test_marks_that_seldom_differ_raise_no_more_of_them(self):
        """Most differences are nought and a few are large: nothing like a normal distribution."""
        alarms = []
        for seed in range(40):
            rng = np.random.default_rng(seed)
            item = np.repeat(np.arange(60), 2)
            rater = np.tile([0, 1], 60)
            value = np.repeat(rng.integers(0, 5, 60), 2) + (rng.random(120) < 0.04)
            table = long_table(item, rater, value.astype(float))
            when = item.astype(float)
            alarms += [d.alarm is not None for d in drifts(table, rater_effects(table), when)]
        assert len(alarms) == 80
        assert np.mean(alarms) < 0.08

    def by_question(self, seed, changes_by=0.0):
        """Four questions one after the other; raters differ by question, and all are unsteady on the last."""
        rng = np.random.default_rng(seed)
        item, question = np.repeat(np.arange(240), 2), np.repeat(np.arange(4), 120)
        rater = np.concatenate([rng.choice(4, 2, replace=False) for _item in range(240)])
        value = rng.normal(0, 1, 240)[item] + rng.normal(0, 0.3, (4, 4))[rater, question]
        value = value + rng.normal(0, 0.5, 480) * np.where(question == 3, 2.5, 1)
        return long_table(item, rater, value + changes_by * ((rater == 0) & (item > 90))), question[::2]

    def test_the_order_of_the_questions_is_no_change_of_the_rater(self):
        alarms = []
        for seed in range(40):
            table, question = self.by_question(seed)
            found = drifts(table, rater_effects(table, question), np.arange(480.0), question)
            alarms += [d.alarm is not None for d in found]
        assert np.mean(alarms) < 0.08

    def test_who_changes_within_a_question_is_found_whatever_the_order(self):
        found = []
        for seed in range(10):
            table, question = self.by_question(seed, changes_by=4.0)
            [one] = [
                d for d in drifts(table, rater_effects(table, question), np.arange(480.0), question) if d.rater == 0
            ]
            found.append(one.alarm is not None)
        assert np.mean(found) > 0.6

    def test_no_alarm_rests_on_the_first_ratings_alone(self):
        difference = np.r_[5.0, np.tile([0.1, -0.1], 30)]
        assert _drift("a", np.arange(61), difference, [np.arange(61)]).alarm is None

    def test_averages_in_blocks_are_the_averages_step_by_step(self):
        values = np.random.default_rng(3).normal(size=(2, 150))
        level, expected = np.zeros(2), np.empty((2, 150))
        for step in range(150):
            level = level + 0.1 * (values[:, step] - level)
            expected[:, step] = level
        np.testing.assert_allclose(_averages(values), expected)

    def test_a_rater_who_favours_a_class_is_found_and_no_other(self):
        item, rater, value = made_up(np.random.default_rng(19), items=600)
        value = value + np.where((rater == 3) & (item % 2 == 0), 0.8, 0)
        table = long_table(item, rater, value)
        group = np.where(table.item_labels % 2 == 0, "class 1", "class 2")
        found = group_biases(table, group)
        [worst] = [b for b in found if b.rater == 3 and b.group == "class 1"]
        assert worst.p < 0.01
        assert 0.5 < worst.bias < 1.1
        assert all(b.p > 0.01 for b in found if b.rater != 3)

    def test_raters_with_mostly_one_class_each_are_not_biased_for_that(self):
        """Two halves of the raters with a class each and few ratings of the other: severities hang on those few."""
        covered, alarms = [], []
        for seed in range(40):
            rng, rows = np.random.default_rng(seed), []
            for item in range(300):
                chance = np.where(np.arange(6) % 2 == item % 2, 1, 0.1)
                worth = rng.normal(6 + 4 * (item % 2), 3)
                for rater in rng.choice(6, 3, replace=False, p=chance / chance.sum()):
                    rows.append((item, rater, worth + rater + rng.normal(0, 2)))
            table = long_table(*np.array(rows).T)
            found = group_biases(table, table.item_labels % 2)
            covered += [b.low <= 0 <= b.high for b in found]
            alarms.append(any(b.p < 0.05 for b in found))
        assert np.mean(covered) > 0.92
        assert np.mean(alarms) < 0.1

    def test_two_groupings_are_one_family_of_tests(self):
        item, rater, value = made_up(np.random.default_rng(19), items=200)
        table = long_table(item, rater, value)
        one, other = table.item_labels % 2, table.item_labels % 3
        smallest = min(group_biases(table, one), key=lambda b: b.p)
        both = group_biases(table, one, other)
        assert len(both) == len(group_biases(table, one)) + len(group_biases(table, other))
        assert next(b for b in both if b.bias == smallest.bias).p >= smallest.p

    def test_an_item_rated_once_has_no_residual(self):
        table = long_table([1, 1, 2], [1, 2, 1], [3, 4, 5])
        assert np.isnan(residuals(table, rater_effects(table))).tolist() == [False, False, True]

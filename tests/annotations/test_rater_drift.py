"""Change over time and groups treated differently, on made-up raters whose ways are known."""


import numpy as np

from annotations.methods.long_table import long_table
from annotations.methods.rater_drift import _averages, _drift, drifts, group_biases, residuals
from annotations.methods.rater_effects import rater_effects
from tests.annotations.made_up_raters import made_up


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
